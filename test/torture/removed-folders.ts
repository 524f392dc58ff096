/** Somebody tidies up while a training runs. */
import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Fault, inFolder } from './fault';
import { ended, type Outcome, outcome, run, spawnTiny, training, undisturbed } from './tiny';

const epochs = 60;
const victims = ['models', `logs/${run}/checkpoints`, `logs/${run}`, 'logs'];

export const removedFolders: Fault = {
  name: 'the folders of a running training are removed',
  times: { quick: 4, full: 20 },
  async run(times, attempt) {
    const { expected, duration } = await undisturbed(epochs);
    for (let index = 0; index < times; index++) {
      const removal = { victim: victims[index % victims.length], expected };
      const moment = 0.6 * Math.random() * duration;
      await attempt(() => inFolder((folder) => removeAndWait(folder, { ...removal, moment })));
    }
    return `${victims.join(', ')}: they are made anew, and the training goes on`;
  },
};

interface Removal {
  victim: string;
  /** Milliseconds from the first step. */
  moment: number;
  expected: Outcome;
}

async function removeAndWait(folder: string, { victim, moment, expected }: Removal): Promise<void> {
  const child = spawnTiny({ folder, epochs });
  const end = ended(child);
  await training(child);
  await pause(moment);
  // What is removed after the end stays away.
  if (existsSync(join(folder, 'models', run))) {
    await end;
    return;
  }
  rmSync(join(folder, victim), { recursive: true, force: true, maxRetries: 20, retryDelay: 2 });
  const { code, said } = await end;
  assert.equal(code, 0, `${victim} removed: ${said}`);
  assert.deepEqual(await outcome(folder), expected);
}
