/** Locks: a folder that one process at a time works in. */
import { existsSync, readFileSync } from 'node:fs';
import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export interface Lock {
  /** Locks the folder again if somebody has removed it. Throws if another process was faster. */
  renew(): Promise<void>;
  release(): Promise<void>;
}

/** Another process, or this one already, works in the folder. */
class InUseError extends Error {}

/** All that a lock says is in its name, so that nobody can read a half-written one. */
const lockName = /^lock-(\d+)-(\d+)$/;

/**
 * Locks a folder for this process. Locks of processes that ended without a release are removed.
 *
 * @throws InUseError if a living process has locked it, with its number
 */
export async function lockFolder(folder: string): Promise<Lock> {
  const name = `lock-${process.pid}-${startOf(process.pid)}`;
  const path = join(folder, name);
  // Each process writes its own lock before it looks for others: of two, at least one sees the other.
  const file = await open(path, 'wx').catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EEXIST' ? inUse(folder, process.pid) : error;
  });
  await file.close();
  for (const other of (await locks(folder)).filter((lock) => lock.name !== name)) {
    if (isAlive(other)) {
      await rm(path);
      throw inUse(folder, other.pid);
    }
    await rm(join(folder, other.name), { force: true });
  }
  return {
    renew: async () => {
      if (!existsSync(path)) await lockFolder(folder);
    },
    release: () => rm(path, { force: true }),
  };
}

/** Locks a folder as soon as no other process has locked it. */
export async function lockWhenFree(folder: string): Promise<Lock> {
  for (;;) {
    try {
      return await lockFolder(folder);
    } catch (error) {
      if (!(error instanceof InUseError)) throw error;
      // Two that begin at once may both give way: they come back at different times.
      await pause(200 * (1 + Math.random()));
    }
  }
}

/** Returns whether a living process has locked a folder. */
export async function isLocked(folder: string): Promise<boolean> {
  return (await locks(folder)).some(isAlive);
}

interface Holder {
  name: string;
  pid: number;
  start: string;
}

async function locks(folder: string): Promise<Holder[]> {
  const files = await readdir(folder);
  return files.flatMap((name) => {
    const match = lockName.exec(name);
    return match === null ? [] : [{ name, pid: Number(match[1]), start: match[2] }];
  });
}

/** Numbers of processes are used again: one that started at another time is not the holder. */
function isAlive({ pid, start }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return startOf(pid) === start;
}

/**
 * When a process started, in ticks since the machine did (Linux, proc(5)); 0 where that is unknown. One that has
 * ended, but that its parent has not noticed, is there still: it has no start.
 */
function startOf(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return /[ZX]/.test(fields[0]) ? 'ended' : fields[19];
  } catch {
    return '0';
  }
}

function inUse(folder: string, pid: number): InUseError {
  const who = pid === process.pid ? 'this process itself' : `process ${pid}`;
  return new InUseError(`${folder} is in use by ${who}: wait until it ends, or take another name.`);
}
