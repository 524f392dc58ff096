/** `kill -9` at random moments of a training: in a step, in a checkpoint, in the final save. */
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { inFolder } from '../support/folder';
import type { Fault } from './fault';
import { ended, firstSign, goOn, type Outcome, outcome, spawnTiny, undisturbed } from './tiny';

const epochs = 30;

export const killTraining: Fault = {
  name: 'kill -9 at a random moment of a training, then resume',
  times: { quick: 2, full: 24 },
  async run(times, attempt) {
    const { expected, duration } = await undisturbed(epochs);
    for (let index = 0; index < times; index++) {
      // Every third one is killed near its end, where the model is saved; every fourth is killed twice.
      const moments = [index % 3 === 0 ? 0.85 + 0.2 * Math.random() : Math.random()];
      if (index % 4 === 0) moments.push(0.5 * Math.random());
      await attempt(() =>
        inFolder((folder) => killAndResume(folder, { expected, duration, moments })),
      );
    }
    return 'resumed to the same weights and the same record, bit for bit';
  },
};

interface Kill {
  expected: Outcome;
  duration: number;
  /** When it is killed, each time, as a share of its duration. */
  moments: number[];
}

async function killAndResume(folder: string, { expected, duration, moments }: Kill): Promise<void> {
  let finished = false;
  for (const [index, moment] of moments.entries()) {
    if (finished) break;
    const child = spawnTiny({ folder, epochs, resume: index > 0 });
    const end = ended(child);
    // Resumed behind its last step it only saves what there is; when it had finished, it ends at once.
    await firstSign(child);
    await Promise.race([pause(moment * duration), end]);
    child.kill('SIGKILL');
    finished = (await end).code === 0;
  }
  if (!finished) await goOn(folder);
  assert.deepEqual(await outcome(folder), expected);
}
