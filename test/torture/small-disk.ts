/** A small file system of its own, which only root may mount. */
import { spawnSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { inFolder } from '../support/folder';

/** Why what needs a file system of its own was not tried; `undefined` where it can be. */
export function cannotMount(): string | undefined {
  if (process.platform !== 'linux') return 'not tried: it needs Linux';
  return process.getuid?.() === 0 ? undefined : 'not tried: only root may mount a file system';
}

/** Gives `body` a disk of so many KiB as a folder. */
export async function onSmallDisk<T>(
  kibibytes: number,
  body: (folder: string) => Promise<T>,
): Promise<T> {
  return await inFolder(async (folder) => {
    mount('-t', 'tmpfs', '-o', `size=${kibibytes}k`, 'tmpfs', folder);
    try {
      return await body(folder);
    } finally {
      // Lazily, as a process that was just killed may still hold a file.
      spawnSync('umount', ['--lazy', folder]);
    }
  });
}

/** Makes a small disk read-only or writable; waits for a moment in which no file is being written. */
export async function remount(folder: string, mode: 'ro' | 'rw'): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      mount('-o', `remount,${mode}`, folder);
      return;
    } catch (error) {
      if (tries === 1000) throw error;
      await pause(2);
    }
  }
}

function mount(...words: string[]): void {
  const { status, stderr } = spawnSync('mount', words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`mount ${words.join(' ')}: ${stderr}`);
}
