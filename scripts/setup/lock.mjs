/** Keeps two set-ups of one project from working at the same time. */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { environmentFolder } from './places.mjs';

const lockFile = join(environmentFolder, 'setup.lock');

/**
 * Who holds the lock, each as `nameOf` names them.
 * @typedef {{ owner: string, child: string }} Holder
 */

/** A lock that cannot be read, of a machine that went down while it was written, is nobody's. */
const nobody = { owner: '', child: '' };

/** The child that works for this set-up just now; a set-up that was killed may leave it running. */
let child = '';

/** @returns {Holder | undefined} undefined if there is none */
function readLock(file = lockFile) {
  try {
    return { ...nobody, ...JSON.parse(readFileSync(file, 'utf8')) };
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT' ? undefined : nobody;
  }
}

/**
 * A process by its number and when it started (in ticks since the machine did, on Linux): numbers are used again,
 * and in a container always the same ones. One that has ended, but that nobody has noticed, has a name of its own.
 * @param {number} pid
 */
function nameOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return `${pid} ${/[ZX]/.test(fields[0]) ? 'ended' : fields[19]}`;
  } catch {
    return `${pid}`;
  }
}

/** @param {string} name */
function isAlive(name) {
  const pid = Number.parseInt(name, 10);
  try {
    if (pid > 0) process.kill(pid, 0);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EPERM') return false;
  }
  return pid > 0 && nameOf(pid) === name;
}

/** @param {(from: string, to: string) => void} move makes the lock from a file that is whole */
function writeLock(move) {
  const partial = `${lockFile}.${process.pid}.tmp`;
  writeFileSync(partial, JSON.stringify({ owner: nameOf(process.pid), child }));
  try {
    move(partial, lockFile);
  } finally {
    rmSync(partial, { force: true });
  }
}

/**
 * Notes the child that works now, so that a later set-up can wait for its end should this one be killed.
 * @param {number | undefined} pid
 */
export function noteChild(pid) {
  child = pid === undefined ? '' : nameOf(pid);
  try {
    if (readLock()?.owner === nameOf(process.pid)) writeLock(renameSync);
  } catch {
    // On a full disk: what fills it is told by the step, and the note only helps a later set-up.
  }
}

/** Takes the lock and returns true, or returns false if another process holds it. */
function tryLock() {
  mkdirSync(environmentFolder, { recursive: true });
  try {
    writeLock(linkSync);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    return false;
  }
}

/**
 * Removes the lock that a killed set-up left behind, but not one that another process took since.
 * @param {Holder} holder who held it when it was looked at
 */
function breakLock({ owner }) {
  const broken = `${lockFile}.${process.pid}.broken`;
  try {
    renameSync(lockFile, broken);
    if (readLock(broken)?.owner !== owner) linkSync(broken, lockFile);
  } catch {
    // Another process was faster: look again.
  } finally {
    rmSync(broken, { force: true });
  }
}

/**
 * Runs the work while no other set-up of this project is at work; waits for one that is.
 * @param {(wait: string) => void} tell
 * @param {() => Promise<void>} work
 */
export async function withLock(tell, work) {
  let told = false;
  while (!tryLock()) {
    const holder = readLock();
    if (holder === undefined) continue;
    const alive = [holder.owner, holder.child].find(isAlive);
    if (alive === undefined) {
      breakLock(holder);
    } else {
      const [pid] = alive.split(' ');
      if (!told)
        tell(
          `Another set-up of this project is at work (process ${pid}, by ${lockFile}); waiting for it.`,
        );
      told = true;
      await sleep(300);
    }
  }
  try {
    await work();
  } finally {
    rmSync(lockFile, { force: true });
  }
}
