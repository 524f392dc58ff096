import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { compose, mapImages } from '../lib/augmentation';
import { tf } from '../lib/backend';
import type { Split } from '../lib/dataset';
import { imagePixels } from '../lib/idx';
import { type CostRow, compareCosts, microsecondsPerImage, readCosts } from '../lib/transform-cost';
import { temporaryFolder } from './support/folder';

const split: Split = {
  name: 'train',
  count: 2,
  images: new Uint8Array(2 * imagePixels),
  labels: Uint8Array.of(0, 1),
  indices: Int32Array.of(0, 1),
};

/** Keeps the processor busy for so many microseconds. */
function waiting(microseconds: number) {
  return mapImages((images) => {
    const end = process.hrtime.bigint() + BigInt(1000 * microseconds);
    while (process.hrtime.bigint() < end);
    return images;
  });
}

test('microsecondsPerImage(transform, split) divides the time of a batch by its images', () => {
  const time = microsecondsPerImage(waiting(20_000), split, { batchSize: 10, repetitions: 3 });
  assert.ok(time >= 2000 && time < 4000, `${time}`);
});

test('microsecondsPerImage(transform, split) leaves no tensor behind', () => {
  const before = tf.memory().numTensors;
  microsecondsPerImage(compose(), split, { batchSize: 4, repetitions: 2 });
  assert.equal(tf.memory().numTensors, before);
});

const rows: CostRow[] = [
  { transform: 'flip', who: 'this project', microsecondsPerImage: 2, shareOfStep: 0.005 },
  { transform: 'shift', who: 'this project', microsecondsPerImage: 3, shareOfStep: 0.0075 },
  { transform: 'flip', who: 'PyTorch', microsecondsPerImage: 4, shareOfStep: 0.01 },
];

test('compareCosts(rows) puts both sides of each transform beside each other', () => {
  const [flip, shift] = compareCosts(rows);
  assert.deepEqual(flip, {
    transform: 'flip',
    'this project, µs': 2,
    'PyTorch, µs': 4,
    'share of a step': 0.005,
  });
  assert.equal(shift['PyTorch, µs'], undefined);
});

test('readCosts(path) returns the rows of a file, and names one that is wrong', async () => {
  const path = join(temporaryFolder(), 'cost.json');
  writeFileSync(path, JSON.stringify(rows));
  assert.deepEqual(await readCosts(path), rows);
  writeFileSync(path, JSON.stringify([rows[0], { ...rows[1], who: 'Keras' }]));
  await assert.rejects(
    readCosts(path),
    /row 2: who is "Keras", expected one of this project, PyTorch/,
  );
});
