/** The disk stops at a change: as if the machine had been switched off, at every point where it matters. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { onFailingDisk } from '../support/failing-disk';
import { inFolder } from '../support/folder';
import type { Fault } from './fault';
import { countChanges, goOn, type Outcome, outcome, removeLocks, run, trainTiny } from './tiny';

const epochs = 2;

export const powerCut: Fault = {
  name: 'the power fails between two changes of the disk, then resume',
  times: { quick: 3, full: 1000 },
  async run(times, attempt) {
    const { expected, changes } = await countChanges(epochs);
    const count = Math.min(times, changes);
    for (let index = 0; index < count; index++) {
      const at = Math.floor(((index + Math.random()) * changes) / count);
      await attempt(() => inFolder((folder) => cutAndResume(folder, { at, expected })));
    }
    return `at ${count} of the ${changes} changes that a training of ${epochs} epochs makes`;
  },
};

interface Cut {
  at: number;
  expected: Outcome;
}

async function cutAndResume(folder: string, { at, expected }: Cut): Promise<void> {
  await onFailingDisk({ at, code: 'death' }, () => trainTiny({ folder, epochs })).catch(() => {});
  if (existsSync(join(folder, 'logs', run))) {
    // The process that has locked the run has not really died: it is this one.
    removeLocks(folder);
    await goOn(folder);
  } else {
    await trainTiny({ folder, epochs });
  }
  assert.deepEqual(await outcome(folder), expected, `after a cut at change ${at}`);
}
