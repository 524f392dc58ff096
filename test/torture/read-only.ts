/** Folders that cannot be written: from the start, or from a random moment on. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from './fault';
import { cannotMount, onSmallDisk, remount } from './small-disk';
import {
  ended,
  type Outcome,
  outcome,
  run,
  spawnTiny,
  training,
  trainTiny,
  undisturbed,
} from './tiny';

const epochs = 30;

export const readOnly: Fault = {
  name: 'logs/ and models/ are read-only, at first or from some moment on, then mended',
  times: { quick: 1, full: 12 },
  async run(times, attempt) {
    const obstacle = cannotMount();
    if (obstacle !== undefined) return obstacle;
    const { expected, duration } = await undisturbed(epochs);
    for (let index = 0; index < times; index++) {
      const moment = index % 3 === 0 ? undefined : Math.random() * duration;
      await attempt(() => onSmallDisk(4096, (folder) => lockAndMend(folder, { moment, expected })));
    }
    return 'a disk remounted read-only; the error says EROFS and names the folder or file';
  },
};

interface Locking {
  /** Milliseconds from the first step; before the start if there are none. */
  moment?: number;
  expected: Outcome;
}

async function lockAndMend(folder: string, { moment, expected }: Locking): Promise<void> {
  if (moment === undefined) await remount(folder, 'ro');
  const child = spawnTiny({ folder, epochs });
  const end = ended(child);
  if (moment !== undefined) {
    await training(child);
    await Promise.race([pause(moment), end]);
    await remount(folder, 'ro');
  }
  const { code, said } = await end;
  await remount(folder, 'rw');
  if (code !== 0) {
    assert.match(said, /EROFS/);
    assert.ok(said.includes(folder), said);
    await trainTiny({ folder, epochs, resume: existsSync(join(folder, 'logs', run)) });
  }
  assert.deepEqual(await outcome(folder), expected);
}
