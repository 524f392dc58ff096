import assert from 'node:assert/strict';
import test from 'node:test';
import { tf } from '../lib/backend';
import { loadDataset } from '../lib/dataset';
import { recipe } from '../lib/recipes';
import { selectImages } from '../lib/samples';
import { estimateTraining } from '../lib/training-estimate';

const tiny = recipe('quick', {
  network: { kind: 'plain', widths: [4], convolutions: 1 },
  epochs: 6,
  batchSize: 10,
  precision: 'float32',
});

test('estimateTraining(recipe, data) counts all epochs with their validations, and leaves no tensors', async () => {
  const data = await loadDataset({ directory: 'test/fixtures' });
  const before = tf.memory().numTensors;
  const { imagesPerSecond, validationSeconds, seconds } = await estimateTraining(tiny, data);
  assert.ok(imagesPerSecond > 0 && validationSeconds > 0);
  const expected = 6 * (data.train.count / imagesPerSecond + validationSeconds);
  assert.ok(Math.abs(seconds - expected) < 1e-9 * expected);
  assert.equal(tf.memory().numTensors, before);
});

test('estimateTraining(recipe, data) counts the views of the last validation', async () => {
  const data = await loadDataset({ directory: 'test/fixtures' });
  const views = 'mirrored-and-shifted';
  const estimate = await estimateTraining({ ...tiny, views }, data);
  const { imagesPerSecond, validationSeconds, seconds } = estimate;
  const expected = (6 * data.train.count) / imagesPerSecond + 11 * validationSeconds;
  assert.ok(Math.abs(seconds - expected) < 1e-9 * expected);
});

test('estimateTraining(recipe, data) goes by the clock, and by the number of validation images', async ({
  mock,
}) => {
  const data = await loadDataset({ directory: 'test/fixtures' });
  const withMany = (count: number) => {
    const places = Int32Array.from({ length: count }, (_, place) => place % 10);
    return { ...data, validation: selectImages(data.validation, places) };
  };
  let now = 0;
  // A millisecond passes at each look.
  mock.method(performance, 'now', () => ++now);
  const plain = { ...tiny, averaging: { kind: 'none' as const } };
  const once = await estimateTraining(plain, withMany(1000));
  // 30 images in two calls, of one step and of two.
  assert.ok(Math.abs(once.imagesPerSecond - 15_000) < 1e-6, `${once.imagesPerSecond}`);
  const twice = await estimateTraining(plain, withMany(2000));
  assert.ok(Math.abs(twice.validationSeconds / once.validationSeconds - 2) < 1e-9);
});

test('estimateTraining(recipe, data) can do without images to validate on', async () => {
  const data = await loadDataset({ directory: 'test/fixtures', validation: 0 });
  const { seconds } = await estimateTraining(tiny, data);
  assert.ok(Number.isFinite(seconds) && seconds > 0);
});
