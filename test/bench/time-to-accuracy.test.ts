import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import {
  benchmarkTimeToAccuracy,
  readTimeToAccuracy,
  summaryTable,
  type TimeToAccuracy,
} from '../../bench/time-to-accuracy';
import { sides, type Training } from '../../bench/whole-training';
import { loadDataset } from '../../lib/dataset';
import { environment } from '../../lib/environment';
import { buildNetwork } from '../../lib/network';
import { recipe } from '../../lib/recipes';
import { train } from '../../lib/training';
import { temporaryFolder } from '../support/folder';

const tiny = recipe('speed93', {
  network: { kind: 'airbench', widths: [8, 8], convolutions: 2, activation: 'relu' },
  epochs: 2,
  batchSize: 12,
  precision: 'float32',
});
const load = () => loadDataset({ directory: 'test/fixtures' });

const training = (changes: Partial<Training>): Training => ({
  who: 'this project',
  seed: 1,
  seconds: 10,
  validationAccuracy: 0.95,
  parameters: 1000,
  versions: { Node: '20' },
  ...changes,
});

test('summaryTable(rows) has mean accuracy, median time and how many times ours that is, for each side', () => {
  const rows = [
    training({}),
    training({ seed: 2, seconds: 14, validationAccuracy: 0.96 }),
    training({ seed: 3, seconds: 90, validationAccuracy: 0.955 }),
    training({ who: 'PyTorch', seconds: 21, validationAccuracy: 0.9512 }),
  ];
  assert.deepEqual(summaryTable(rows), [
    {
      who: 'this project',
      seeds: '3',
      'validation, mean': '95.50 %',
      deviation: '0.50 %',
      'seconds, median': '14.0',
      'times ours': '1.00',
    },
    {
      who: 'PyTorch',
      seeds: '1',
      'validation, mean': '95.12 %',
      deviation: '',
      'seconds, median': '21.0',
      'times ours': '1.50',
    },
  ]);
});

test('a timed training here comes to what train(model, data, recipe) reports', async () => {
  const data = await load();
  const { mean, deviation } = data;
  const timed = await sides['this project'](data, { ...tiny, precision: 'float32' });
  const model = buildNetwork(tiny.network, { mean, deviation, seed: tiny.seed });
  const { history } = await train(model, data, { recipe: tiny });
  model.dispose();
  assert.equal(timed.validationAccuracy, history[1].validationAccuracy);
  assert.ok(timed.seconds > 0);
});

test('benchmarkTimeToAccuracy(data, { earlier }) repeats nothing that was measured', async () => {
  const rows = [training({}), training({ who: 'PyTorch' })].map((row) => ({
    ...row,
    commit: null,
  }));
  const about = { environment: environment(), recipe: tiny, precision: 'float32' } as const;
  const earlier: TimeToAccuracy = { start: '2026-01-01', ...about, rows: [...rows] };
  const options = { recipe: tiny, seeds: [1], earlier, onRow: () => assert.fail('trained anew') };
  const record = await benchmarkTimeToAccuracy(await load(), options);
  assert.deepEqual(record.rows, rows);
});

test('benchmarkTimeToAccuracy(data, { earlier }) refuses a record of another recipe or machine', async () => {
  const data = await load();
  const about = { environment: environment(), recipe: tiny, precision: 'float32' } as const;
  const earlier: TimeToAccuracy = { start: '2026-01-01', ...about, rows: [] };
  const other = (changes: Partial<TimeToAccuracy>) =>
    benchmarkTimeToAccuracy(data, {
      recipe: tiny,
      seeds: [],
      earlier: { ...earlier, ...changes },
      onRow: () => {},
    });
  await assert.rejects(other({ recipe: { ...tiny, epochs: 3 } }), /another recipe/);
  const environmentBefore = { ...environment(), processor: 'another' };
  await assert.rejects(other({ environment: environmentBefore }), /another machine/);
});

test('readTimeToAccuracy(file) reads what was measured, and names a file of anything else', async () => {
  const file = join(temporaryFolder(), 'benchmark.json');
  const read = (content: unknown) => {
    writeFileSync(file, JSON.stringify(content));
    return readTimeToAccuracy(file);
  };
  const about = { environment: environment(), recipe: tiny, precision: 'float32' } as const;
  const measured = { start: '2026-01-01', ...about, rows: [{ ...training({}), commit: null }] };
  assert.deepEqual(await read(measured), JSON.parse(JSON.stringify(measured)));
  const reason = (found: string) => ({ message: `${file}: ${found}.` });
  await assert.rejects(
    read([{ task: 'train' }]),
    reason('the record is [{"task":"train"}], expected an object'),
  );
  await assert.rejects(
    read({ start: '2026' }),
    reason('environment is missing, expected an object'),
  );
});
