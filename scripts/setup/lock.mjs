/** Keeps two set-ups of one project from working at the same time. */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { environmentFolder } from './places.mjs';

const lockFile = join(environmentFolder, 'setup.lock');

/** The child that works for this set-up just now; a set-up that was killed may leave it running. */
let child = 0;

/** @returns {{ owner: number, child: number } | undefined} */
function readLock() {
  try {
    return JSON.parse(readFileSync(lockFile, 'utf8'));
  } catch {
    return undefined;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/** @param {(from: string, to: string) => void} move makes the lock from a file that is whole */
function writeLock(move) {
  const partial = `${lockFile}.${process.pid}.tmp`;
  writeFileSync(partial, JSON.stringify({ owner: process.pid, child }));
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
  child = pid ?? 0;
  if (readLock()?.owner === process.pid) writeLock(renameSync);
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
 * @param {number} owner who held it when it was looked at
 */
function breakLock(owner) {
  const broken = `${lockFile}.${process.pid}.broken`;
  try {
    renameSync(lockFile, broken);
    if (JSON.parse(readFileSync(broken, 'utf8')).owner !== owner) linkSync(broken, lockFile);
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
    const pid = [holder.owner, holder.child].find(isAlive);
    if (pid === undefined) {
      breakLock(holder.owner);
    } else {
      if (!told)
        tell(`Another set-up of this project is at work (process ${pid}); waiting for it.`);
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
