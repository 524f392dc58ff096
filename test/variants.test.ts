import assert from 'node:assert/strict';
import test, { mock } from 'node:test';
import { compose, mapImages } from '../lib/augmentation';
import { buildTransform } from '../lib/augmentation-recipe';
import { tf } from '../lib/backend';
import type { Split } from '../lib/dataset';
import { imagePixels } from '../lib/idx';
import { createRandom } from '../lib/random';
import { batchOf, labelText, makeVariants, showVariants } from '../lib/variants';

const random = createRandom(1);

/** Random images of the classes 0, 5 and 8. */
const split: Split = {
  name: 'train',
  count: 3,
  images: Uint8Array.from({ length: 3 * imagePixels }, () => random.integer(256)),
  labels: Uint8Array.of(0, 5, 8),
  indices: Int32Array.of(10, 20, 30),
};
const options = { places: [2, 0], epochs: 4, seed: 1 };

test('batchOf(split, places) returns images from 0 to 1, one-hot labels, and the places', () => {
  const { images, labels, indices } = batchOf(split, [2, 0]);
  assert.deepEqual(images.shape, [2, 28, 28, 1]);
  const [first] = images.dataSync();
  assert.ok(Math.abs(255 * first - split.images[2 * imagePixels]) < 1e-3);
  assert.deepEqual([...labels.argMax(1).dataSync()], [8, 0]);
  assert.equal(labels.dtype, 'float32');
  assert.deepEqual([...indices.dataSync()], [2, 0]);
  tf.dispose([images, labels, indices]);
});

test('makeVariants(split, transform) without a change returns the images as they are', () => {
  const [bag, shirt] = makeVariants(split, compose(), options);
  assert.deepEqual([bag.name, shirt.name], ['Bag', 'T-shirt/top']);
  assert.equal(bag.images.length, 4);
  for (const image of bag.images) assert.deepEqual([...Array.from(image)], [...bag.original]);
  for (const label of shirt.labels) assert.deepEqual([...label], [1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
});

test('makeVariants(split, transform) draws anew for each image and epoch, the same for the same seed', () => {
  const transform = buildTransform([{ kind: 'erase', probability: 1 }]);
  const variants = makeVariants(split, transform, options);
  const all = variants.flatMap(({ images }) => images.map((image) => Array.from(image).join()));
  assert.equal(new Set(all).size, 8);
  assert.deepEqual(makeVariants(split, transform, options), variants);
  assert.notDeepEqual(makeVariants(split, transform, { ...options, seed: 2 }), variants);
});

test('makeVariants(split, transform) tells the transform the epoch', () => {
  const [bag] = makeVariants(split, buildTransform([{ kind: 'alternatingFlip' }]), options);
  const [first, second, third] = bag.images.map((image) => Array.from(image).join());
  assert.notEqual(first, second);
  assert.equal(first, third);
});

test('makeVariants(split, transform) returns mixed labels', () => {
  const transform = buildTransform([{ kind: 'mixup', alpha: 1 }]);
  const [bag] = makeVariants(split, transform, options);
  for (const label of bag.labels) {
    assert.ok(label[0] > 0 && label[8] > 0 && Math.abs(label[0] + label[8] - 1) < 1e-6);
  }
});

test('makeVariants(split, transform) leaves no tensor behind, even if the transform throws', () => {
  const before = tf.memory().numTensors;
  makeVariants(split, buildTransform([{ kind: 'shift', pixels: 2 }]), options);
  const failing = mapImages(() => {
    throw new Error('no');
  });
  assert.throws(() => makeVariants(split, failing, options), /no/);
  assert.equal(tf.memory().numTensors, before);
});

const labelCases: [number[], string][] = [
  [[0, 0, 0, 0, 0, 0, 1, 0, 0, 0], 'Shirt'],
  [[0, 0, 0, 0, 0, 0, 0.3, 0, 0.7, 0], '70 % Bag\n30 % Shirt'],
  [[0.001, 0, 0, 0, 0, 0, 0.999, 0, 0, 0], 'Shirt'],
];

for (const [shares, text] of labelCases) {
  test(`labelText(${shares}) is ${JSON.stringify(text)}`, () =>
    assert.equal(labelText(shares), text));
}

test('showVariants(variants) names the rows by their classes, or as told', async () => {
  const log = mock.method(console, 'log', () => {});
  const variants = makeVariants(split, compose(), options);
  await showVariants(variants);
  await showVariants(variants, ['one', 'two']);
  log.mock.restore();
  const texts = log.mock.calls.map(({ arguments: [text] }) => text);
  assert.match(texts[0], /Bag, T-shirt\/top/);
  assert.match(texts[1], /one, two/);
});
