/** A real disk runs full at a random moment of a training. */
import assert from 'node:assert/strict';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from './fault';
import { cannotMount, onSmallDisk } from './small-disk';
import { ended, type Outcome, outcome, spawnTiny, training, trainTiny, undisturbed } from './tiny';

const epochs = 30;

export const fullDisk: Fault = {
  name: 'the disk runs full in mid-training, then room is made and it is resumed',
  times: { quick: 1, full: 12 },
  async run(times, attempt) {
    const obstacle = cannotMount();
    if (obstacle !== undefined) return obstacle;
    const { expected, duration } = await undisturbed(epochs);
    for (let index = 0; index < times; index++) {
      const moment = Math.random() * duration;
      await attempt(() =>
        onSmallDisk(1024, (folder) => fillAndResume(folder, { moment, expected })),
      );
    }
    return 'a memory disk of 1 MiB; the error says ENOSPC and names the file';
  },
};

interface Filling {
  /** Milliseconds from the first step. */
  moment: number;
  expected: Outcome;
}

async function fillAndResume(folder: string, { moment, expected }: Filling): Promise<void> {
  const child = spawnTiny({ folder, epochs });
  const end = ended(child);
  await training(child);
  await Promise.race([pause(moment), end]);
  const filler = join(folder, 'filler');
  fill(filler);
  const { code, said } = await end;
  rmSync(filler);
  if (code !== 0) {
    assert.match(said, /could not be (written|saved): .*ENOSPC/);
    assert.ok(said.includes(folder), said);
    await trainTiny({ folder, resume: true });
  }
  assert.deepEqual(await outcome(folder), expected);
}

/** Writes until there is no room for another byte. */
function fill(path: string): void {
  const file = openSync(path, 'w');
  for (let length = 4096; length > 0; ) {
    try {
      writeSync(file, Buffer.alloc(length));
    } catch {
      length = length >> 1;
    }
  }
  closeSync(file);
}
