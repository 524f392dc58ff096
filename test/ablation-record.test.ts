import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { armNames, armRecipe } from '../lib/ablation';
import { type ArmTraining, missingTrainings, readAblation, trainArm } from '../lib/ablation-record';
import { loadDataset } from '../lib/dataset';
import { environment } from '../lib/environment';
import { temporaryFolder } from './support/folder';

const trained = (arm: ArmTraining['arm'], seed: number): ArmTraining => ({
  version: 1,
  arm,
  recipe: armRecipe(arm, seed),
  data: { checksum: 'abc', train: 40 },
  precision: 'float32',
  start: '2026-01-31T12:00:00.000Z',
  commit: null,
  environment: environment(),
  trainingAccuracy: 0.95,
  trainingLoss: 0.6,
  validationAccuracy: 0.92,
  validationLoss: 0.3,
});

function write(lines: string[]): string {
  const path = join(temporaryFolder(), 'ablation.jsonl');
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
  return path;
}

test('missingTrainings(done, { seeds }) goes seed by seed and leaves out what is done', () => {
  const all = missingTrainings([], { seeds: 2 });
  assert.equal(all.length, 2 * armNames.length);
  assert.deepEqual(
    all.slice(0, armNames.length).map(({ arm, seed }) => [arm, seed]),
    armNames.map((arm) => [arm, 1]),
  );
  const done = all.slice(1).map(({ arm, seed }) => trained(arm, seed));
  assert.deepEqual(missingTrainings(done, { seeds: 2 }), [all[0]]);
});

test('readAblation(path) returns no training where there is no file', async () => {
  assert.deepEqual(await readAblation(join(temporaryFolder(), 'none.jsonl')), []);
});

test('readAblation(path) names a line that is cut off, incomplete, or of another recipe', async () => {
  const whole = trained('flip', 1);
  const good = JSON.stringify(whole);
  const other = { ...whole, recipe: { ...whole.recipe, epochs: 9 } };
  for (const [line, message] of [
    [good.slice(0, 100), /line 2 is not whole JSON/],
    [JSON.stringify({ ...whole, validationAccuracy: 92 }), /line 2: validationAccuracy is 92/],
    [
      JSON.stringify({ ...whole, arm: 'rotate' }),
      /line 2: arm is "rotate", expected one of nothing/,
    ],
    [JSON.stringify(other), /line 2: 'flip' was trained by another recipe/],
  ] as const) {
    await assert.rejects(readAblation(write([good, line])), message);
  }
});

test('trainArm(planned, data, { path }) notes a finished training, and goes on behind others', async () => {
  const data = await loadDataset({ directory: 'test/fixtures' });
  const before = trained('nothing', 1);
  before.data.checksum = data.checksum;
  const path = write([JSON.stringify(before)]);
  const steps: number[] = [];
  const done = await trainArm({ arm: 'policy', seed: 1 }, data, {
    path,
    onProgress: ({ epoch }) => steps.push(epoch),
  });
  assert.ok(done !== undefined && steps.length >= 8);
  assert.equal(done.data.train, data.train.count);
  assert.deepEqual(await readAblation(path), [before, JSON.parse(JSON.stringify(done))]);
});

test('trainArm(planned, data, { path }) does not add to trainings with other images', async () => {
  const data = await loadDataset({ directory: 'test/fixtures' });
  const path = write([JSON.stringify(trained('nothing', 1))]);
  const before = readFileSync(path, 'utf8');
  await assert.rejects(
    trainArm({ arm: 'policy', seed: 1 }, data, { path }),
    /images of another checksum \(abc\): name another file with --record/,
  );
  assert.equal(readFileSync(path, 'utf8'), before);
});

test('trainArm(planned, data, { path }) notes nothing of a training that was stopped', async () => {
  const data = await loadDataset({ directory: 'test/fixtures' });
  const path = join(temporaryFolder(), 'ablation.jsonl');
  const options = { path, shouldStop: () => true };
  assert.equal(await trainArm({ arm: 'flip', seed: 1 }, data, options), undefined);
  assert.ok(!existsSync(path));
});
