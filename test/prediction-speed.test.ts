import assert from 'node:assert/strict';
import test from 'node:test';
import { tf } from '../lib/backend';
import { buildNetwork } from '../lib/network';
import { predictionSpeed } from '../lib/prediction-speed';

const model = buildNetwork(
  { kind: 'airbench', widths: [16, 16], convolutions: 2, activation: 'relu' },
  { mean: 0.3, deviation: 0.3, seed: 1 },
);

/** A clock whose readings lie so many milliseconds apart, in turn. */
function clock(...steps: number[]): () => number {
  let time = 0;
  let reading = 0;
  return () => {
    if (reading++ % 2 === 1) time += steps.shift() ?? 0;
    return time;
  };
}

test('predictionSpeed(model) is by the median of the runs but the first, and leaves no tensor behind', async () => {
  const before = tf.memory().numTensors;
  const now = clock(9000, 400, 500, 700, 9000, 8, 6, 7);
  const options = { views: 'mirrored-and-shifted', batchSize: 100, repetitions: 3, now } as const;
  const speed = await predictionSpeed(model, options);
  assert.deepEqual(speed, { imagesPerSecond: 200, milliseconds: 7 });
  assert.equal(tf.memory().numTensors, before);
});

test('predictionSpeed(model) measures in seconds of the real clock', async () => {
  const start = performance.now();
  const speed = await predictionSpeed(model, { batchSize: 100, repetitions: 1 });
  const spent = performance.now() - start;
  assert.ok(speed.milliseconds > 0 && speed.milliseconds < spent);
  assert.ok((1000 * 100) / speed.imagesPerSecond < spent);
});
