import assert from 'node:assert/strict';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { loadDataset } from '../lib/dataset';
import { paths } from '../lib/paths';
import { recipe } from '../lib/recipes';
import {
  findSuspiciousLabels,
  mostKept,
  readSuspiciousLabels,
  writeSuspiciousLabels,
} from '../lib/suspicious-labels';
import { temporaryFolder } from './support/folder';

const folder = temporaryFolder();

const tiny = recipe('quick', {
  network: { kind: 'airbench', widths: [8, 8], convolutions: 2, activation: 'relu' },
  epochs: 10,
  batchSize: 10,
  precision: 'float32',
  optimizer: { kind: 'sgd', momentum: 0.9, nesterov: true, weightDecay: 0 },
  schedule: { kind: 'triangular', peak: 0.05, warmup: 0.25, final: 0 },
});

test('a search for suspicious labels is read as it was written', async () => {
  const data = await loadDataset({ directory: 'test/fixtures' });
  const found = await findSuspiciousLabels(data, { recipe: tiny, folds: 2 });
  const { joint, accuracies } = found.record;
  const off = joint.flatMap((row, label) => row.filter((_, other) => other !== label));
  assert.equal(
    found.issues.length,
    off.reduce((sum, count) => sum + count, 0),
  );
  assert.ok(found.issues.length > 0, 'such a small network doubts something');
  assert.equal(accuracies.length, 2);
  await writeSuspiciousLabels(found, data.train, folder);
  const read = await readSuspiciousLabels(data, folder);
  assert.deepEqual(read.record, found.record);
  const rounded = found.issues.map((issue) => ({
    ...issue,
    labelProbability: Number(issue.labelProbability.toFixed(4)),
    suggestionProbability: Number(issue.suggestionProbability.toFixed(4)),
  }));
  assert.deepEqual(read.issues, rounded);
});

test('readSuspiciousLabels(data) has no issues for other files, and names a damaged line', async () => {
  const data = await loadDataset({ directory: 'test/fixtures' });
  const other = await readSuspiciousLabels({ ...data, checksum: 'of other files' }, folder);
  assert.deepEqual(other.issues, []);
  appendFileSync(join(folder, 'suspicious-labels.jsonl'), '{"image":1,"label":11}\n');
  await assert.rejects(
    readSuspiciousLabels(data, folder),
    /suspicious-labels.jsonl, line \d+: label is 11, expected a whole number from 0 to 9/,
  );
});

test('the committed search is of the published files and keeps the most doubtful labels', async () => {
  const data = await loadDataset({ directory: 'test/fixtures' });
  const { record } = await readSuspiciousLabels(data);
  assert.equal(record.data.train, 50_000);
  assert.equal(
    record.data.checksum,
    '38831b7b377c44db3c5cc3b7802535a9dc25ac041019251663e7898dbbe606bd',
  );
  const doubted = record.joint.flatMap((row, label) => row.filter((_, other) => other !== label));
  const kept = readFileSync(join(paths.logs, 'published', 'suspicious-labels.jsonl'), 'utf8');
  const total = doubted.reduce((sum, count) => sum + count, 0);
  assert.equal(kept.trim().split('\n').length, Math.min(mostKept, total));
});
