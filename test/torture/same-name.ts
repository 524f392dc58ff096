/** Two processes want the same run. */
import assert from 'node:assert/strict';
import { inFolder } from '../support/folder';
import type { Fault } from './fault';
import { ended, type Outcome, outcome, spawnTiny, training, trainTiny, undisturbed } from './tiny';

const epochs = 20;

export const sameName: Fault = {
  name: 'two trainings are started into one run at the same time, or resume it',
  times: { quick: 2, full: 12 },
  async run(times, attempt) {
    const { expected } = await undisturbed(epochs);
    for (let index = 0; index < times; index++) {
      const resume = index % 2 === 1;
      await attempt(() => inFolder((folder) => startTwo(folder, { resume, expected })));
    }
    return 'never two at work: the other is refused, with the name or the number of the process';
  },
};

async function startTwo(
  folder: string,
  { resume, expected }: { resume: boolean; expected: Outcome },
): Promise<void> {
  if (resume) await kill(folder);
  const ends = await Promise.all([1, 2].map(() => ended(spawnTiny({ folder, epochs, resume }))));
  const refused = ends.filter(({ code }) => code !== 0);
  for (const { said } of refused) {
    assert.match(said, /There is a run named tortured|is in use by process \d+|is finished/);
  }
  // Of two that lock a folder in the same instant each may see the other, and both give way.
  if (refused.length === 2) await trainTiny({ folder, resume: true });
  assert.deepEqual(await outcome(folder), expected);
}

/** Leaves a run that can be resumed, and the lock of a process that is no more. */
async function kill(folder: string): Promise<void> {
  const child = spawnTiny({ folder, epochs });
  const end = ended(child);
  await training(child);
  child.kill('SIGKILL');
  await end;
}
