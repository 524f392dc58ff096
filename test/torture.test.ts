import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { replaceTable } from '../lib/markdown-table';
import { paths } from '../lib/paths';
import { brokenDisk } from './torture/broken-disk';
import {
  damagedCheckpoint,
  damagedData,
  damagedModel,
  damagedRecord,
} from './torture/damaged-files';
import { divergence } from './torture/divergence';
import { type Fault, faultRows, type Row, tryFault } from './torture/fault';
import { faults } from './torture/faults';
import { killTraining } from './torture/kill-training';
import { powerCut } from './torture/power-cut';
import { swappedFiles } from './torture/swapped-files';
import { tooLarge } from './torture/too-large';
import { unfitModels } from './torture/unfit-models';

/** What is quick, or is tried so often only. */
const fast: [Fault, number][] = [
  [killTraining, 1],
  [powerCut, 3],
  [brokenDisk, 2],
  [damagedData, 40],
  [damagedCheckpoint, 1000],
  [damagedRecord, 100],
  [damagedModel, 40],
  [swappedFiles, 1],
  [divergence, 2],
  [unfitModels, 1],
  [tooLarge, 1],
];

for (const [fault, times] of fast) {
  test(`survived: ${fault.name}`, { timeout: 300_000 }, async () => {
    const { tried, survived, note } = await tryFault(fault, times);
    assert.ok(tried > 0, note);
    assert.equal(survived, tried, note);
  });
}

test('tryFault(fault, times) counts what is not survived, and says why', async () => {
  const fault: Fault = {
    name: 'a test',
    times: { quick: 1, full: 1 },
    async run(times, attempt) {
      for (let index = 0; index < times; index++) {
        await attempt(() => assert.ok(index > 0, 'the first one fails'));
      }
      return 'done';
    },
  };
  const row = await tryFault(fault, 3);
  assert.deepEqual(row, {
    fault: 'a test',
    tried: 3,
    survived: 2,
    note: 'the first one fails\ndone',
  });
});

test('the table in docs/faults.md is that of the published record of npm run torture', () => {
  const path = join(paths.logs, 'published', 'torture.json');
  const rows = JSON.parse(readFileSync(path, 'utf8')) as Row[];
  const page = readFileSync(join(paths.root, 'docs', 'faults.md'), 'utf8');
  assert.equal(replaceTable(page, 'fault', faultRows(rows)), page, 'npm run include makes it anew');
  assert.deepEqual(
    rows.map(({ fault }) => fault),
    faults.map(({ name }) => name),
  );
  for (const { fault, tried, survived, note } of rows) {
    assert.ok(tried > 0, `${fault}: ${note}`);
    assert.equal(survived, tried, fault);
  }
});
