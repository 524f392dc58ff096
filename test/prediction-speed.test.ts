import assert from 'node:assert/strict';
import test from 'node:test';
import { tf } from '../lib/backend';
import { buildNetwork } from '../lib/network';
import { predictionSpeed } from '../lib/prediction-speed';

const model = buildNetwork(
  { kind: 'airbench', widths: [16, 16], convolutions: 2, activation: 'relu' },
  { mean: 0.3, deviation: 0.3, seed: 1 },
);

test('predictionSpeed(model, { views }) is slower with more views, and leaves no tensor behind', async () => {
  const before = tf.memory().numTensors;
  const plain = await predictionSpeed(model, { batchSize: 100, repetitions: 3 });
  const views = 'mirrored-and-shifted';
  const six = await predictionSpeed(model, { views, batchSize: 100, repetitions: 3 });
  assert.equal(tf.memory().numTensors, before);
  assert.ok(six.imagesPerSecond < plain.imagesPerSecond, `${six.imagesPerSecond}`);
  // One image takes longer than its share of many.
  assert.ok(plain.milliseconds > 1000 / plain.imagesPerSecond, `${plain.milliseconds}`);
});
