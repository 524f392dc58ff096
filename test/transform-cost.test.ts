import assert from 'node:assert/strict';
import test from 'node:test';
import { compose, mapImages } from '../lib/augmentation';
import { tf } from '../lib/backend';
import type { Split } from '../lib/dataset';
import { imagePixels } from '../lib/idx';
import { microsecondsPerImage } from '../lib/transform-cost';

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
