/** Somebody tidies up while a training runs. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { inFolder } from '../support/folder';
import type { Fault } from './fault';
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
const victims = ['models', `logs/${run}/checkpoints`, `logs/${run}`, 'logs'];

export const removedFolders: Fault = {
  name: 'the folders of a running training are removed',
  times: { quick: 2, full: 20 },
  async run(times, attempt) {
    const { expected, duration } = await undisturbed(epochs);
    for (let index = 0; index < times; index++) {
      const removal = { victim: victims[index % victims.length], expected };
      const moment = 0.5 * Math.random() * duration;
      await attempt(() => inFolder((folder) => removeAndWait(folder, { ...removal, moment })));
    }
    return `${victims.join(', ')}: made anew, and the training goes on; or one file is named, and it is resumed`;
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
  while (!existsSync(join(folder, victim)) && child.exitCode === null) await pause(2);
  await pause(moment);
  // At once, as a removal file by file could meet a new file and give up.
  const gone = join(folder, 'gone');
  renameSync(join(folder, victim), gone);
  const { code, said } = await end;
  // Removed after the end, it stays away.
  if (holdsEnd(gone)) return;
  rmSync(gone, { recursive: true, force: true });
  if (code !== 0) {
    assert.match(said, /could not be .*ENOENT/, `${victim} removed: ${said}`);
    await trainTiny({ folder, resume: true });
  }
  assert.deepEqual(
    await outcome(folder),
    expected,
    `${victim} removed, exit code ${code}: ${said}`,
  );
}

/** Whether a folder that was removed has the model of the training, or its last record. */
function holdsEnd(folder: string): boolean {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const records = files.filter((file) => file.endsWith('record.json'));
  return (
    files.some((file) => file.endsWith('model.json')) ||
    records.some((file) => /"state": "finished"/.test(readFileSync(join(folder, file), 'utf8')))
  );
}
