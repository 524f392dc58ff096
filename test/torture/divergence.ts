/** Learning rates at which the numbers run away. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readNewestCheckpoint } from '../../lib/checkpoint';
import { reasonOf } from '../../lib/integrity';
import { readRun } from '../../lib/runs';
import { inFolder } from '../support/folder';
import type { Fault } from './fault';
import { run, tiny, trainTiny } from './tiny';

export const divergence: Fault = {
  name: 'a loss or a weight that becomes infinite or NaN',
  times: { quick: 4, full: 40 },
  async run(times, attempt) {
    for (let index = 0; index < times; index++) {
      const peak = 10 ** (2 + (index * 35) / times);
      await attempt(() => inFolder((folder) => runAway(folder, peak)));
    }
    return 'stopped with step and rate; the last checkpoint is whole and finite, no model is saved';
  },
};

async function runAway(folder: string, peak: number): Promise<void> {
  const recipe = { ...tiny, epochs: 60, schedule: { kind: 'flat' as const, peak } };
  const message = await trainTiny({ folder, recipe }).then(() => 'it trained', reasonOf);
  assert.match(message, /became -?(NaN|Infinity) in step \d+ at a learning rate of [\d.e+]+\./);
  assert.match(message, /Train anew with a lower rate or a longer warmup\.$/);
  const logs = join(folder, 'logs');
  const { record } = await readRun(run, { logs });
  assert.equal(record.state, 'failed');
  assert.ok(message.includes(record.error ?? 'no error in the record'));
  const step = Number(/in step (\d+)/.exec(message)?.[1]);
  const kept = await readNewestCheckpoint(join(logs, run, 'checkpoints'));
  // Answers are asked for after a step, whose weights may have been finite.
  const before = message.includes('answers on validation') ? step : step - 1;
  assert.ok(kept === undefined ? step <= 1 : kept.step <= before);
  for (const numbers of Object.values(kept?.arrays ?? {})) {
    assert.ok(numbers.every(Number.isFinite));
  }
  assert.ok(!existsSync(join(folder, 'models', run)));
}
