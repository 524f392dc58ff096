import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { commit } from '../lib/commit';
import { type Dataset, loadDataset } from '../lib/dataset';
import type { TrainingGraph } from '../lib/graph/training-graph';
import { checkpointWriter, readTraining, startingPosition } from '../lib/training-checkpoint';
import { temporaryFolder } from './support/folder';
import { recipe } from './support/run';

const data: Promise<Dataset> = loadDataset({ directory: 'test/fixtures' });

/** What a checkpoint reads from a graph: these arrays. */
function graphOf(arrays: Record<string, Float32Array>): TrainingGraph {
  return { read: () => arrays } as unknown as TrainingGraph;
}

const graph = graphOf({
  kernels: Float32Array.of(1, 2),
  'kernels/momentum': Float32Array.of(3, 4),
});
const at = (step: number) => ({ ...startingPosition(), step });

test('a checkpoint holds recipe, data, precision, commit, position and all numbers of the graph', async () => {
  const folder = temporaryFolder();
  const keepable = { recipe, data: await data, precision: 'bfloat16' as const, graph };
  await checkpointWriter(folder, keepable).write(at(7), 0.1);
  const stored = await readTraining(folder, keepable);
  assert.deepEqual(stored?.arrays, graph.read());
  const { header, step } = stored!;
  assert.equal(step, 7);
  assert.deepEqual(header.position, at(7));
  assert.deepEqual(header.recipe, recipe);
  assert.equal(header.precision, 'bfloat16');
  assert.match(header.data, new RegExp(`^${(await data).checksum} \\(30 \\+ 10 images, split`));
  assert.match(header.commit?.hash ?? '', /^[0-9a-f]{40}$/);
  assert.deepEqual(header.commit, await commit());
});

test('readTraining(folder, training) is undefined where there is no checkpoint', async () => {
  assert.equal(await readTraining(temporaryFolder(), { recipe, data: await data }), undefined);
});

test('readTraining(folder, training) refuses another recipe, and another split of the same images', async () => {
  const folder = temporaryFolder();
  const keepable = { recipe, data: await data, precision: 'float32' as const, graph };
  await checkpointWriter(folder, keepable).write(at(7), 0.1);
  const other = { ...recipe, seed: 8 };
  await assert.rejects(readTraining(folder, { ...keepable, recipe: other }), /of another recipe/);
  const split = await loadDataset({ directory: 'test/fixtures', seed: 2 });
  assert.equal(split.train.count, (await data).train.count);
  await assert.rejects(readTraining(folder, { ...keepable, data: split }), /of another data/);
});

test('write(position, rate) refuses numbers that are not finite, and leaves the last checkpoint', async () => {
  const folder = temporaryFolder();
  const keepable = { recipe, data: await data, precision: 'float32' as const };
  await checkpointWriter(folder, { ...keepable, graph }).write(at(7), 0.1);
  const broken = graphOf({ kernels: Float32Array.of(1, Number.NaN) });
  await assert.rejects(
    checkpointWriter(folder, { ...keepable, graph: broken }).write(at(8), 0.5),
    /A number of kernels became NaN in step 8 at a learning rate of 0\.5/,
  );
  assert.deepEqual(readdirSync(folder), ['step-000000007.checkpoint']);
});

/** A clock that stands until it is set, in milliseconds. */
function standingClock(mock: TestContext['mock']) {
  const clock = { now: 0 };
  mock.method(performance, 'now', () => clock.now);
  return clock;
}

test('writeIfDue(position, rate) writes after 30 s, and then after a hundred times what writing takes', async ({
  mock,
}) => {
  const clock = standingClock(mock);
  const slow = {
    read: () => {
      clock.now += 1000;
      return graph.read();
    },
  } as unknown as TrainingGraph;
  const folder = join(temporaryFolder(), 'checkpoints');
  const keepable = { recipe, data: await data, precision: 'float32' as const, graph: slow };
  const writer = checkpointWriter(folder, keepable);
  const writtenAt = async (now: number, step: number) => {
    clock.now = now;
    await writer.writeIfDue(at(step), 0.1);
    return existsSync(folder) ? readdirSync(folder).length : 0;
  };
  assert.deepEqual([await writtenAt(29_999, 1), await writtenAt(30_000, 2)], [0, 1]);
  // That was done at 31,000.
  assert.deepEqual([await writtenAt(130_999, 3), await writtenAt(131_000, 4)], [1, 2]);
});

test('writeIfDue(position, rate) keeps to the interval that is wished', async ({ mock }) => {
  const clock = standingClock(mock);
  const folder = join(temporaryFolder(), 'checkpoints');
  const keepable = { recipe, data: await data, precision: 'float32' as const, graph };
  const often = checkpointWriter(folder, keepable, 0.05);
  await often.writeIfDue(at(1), 0.1);
  assert.ok(!existsSync(folder));
  clock.now = 60;
  await often.writeIfDue(at(2), 0.1);
  await often.writeIfDue(at(3), 0.1);
  assert.deepEqual(readdirSync(folder), ['step-000000002.checkpoint']);
});

test('a checkpoint removes what killed processes left half-written', async () => {
  const folder = temporaryFolder();
  const keepable = { recipe, data: await data, precision: 'float32' as const, graph };
  const half = 'step-000000005.checkpoint.0d6b1f0e-7b2c-4f86-b6a4-3f1f0a9f1c11.tmp';
  writeFileSync(join(folder, half), 'half');
  await checkpointWriter(folder, keepable).write(at(7), 0.1);
  assert.deepEqual(readdirSync(folder), ['step-000000007.checkpoint']);
});
