import assert from 'node:assert/strict';
import test from 'node:test';
import { attentionRows, showAttention } from '../lib/attention';
import { tf } from '../lib/backend';
import type { Split } from '../lib/dataset';
import { imagePixels, imageSide } from '../lib/idx';
import { squareNetwork } from './support/square-network';

const split: Split = {
  name: 'validation',
  count: 3,
  images: Uint8Array.from({ length: 3 * imagePixels }, (_, index) => index % 256),
  labels: Uint8Array.of(3, 4, 5),
  indices: Int32Array.of(0, 1, 2),
};

test('showAttention(model, split) shows some images, or none, and leaves no tensor behind', async (context) => {
  const said = context.mock.method(console, 'log', () => {});
  const model = squareNetwork();
  const before = tf.memory().numTensors;
  await showAttention(model, split, { places: [2, 0], seed: 1 });
  await showAttention(model, split, { places: [1], classes: [3], seed: 1 });
  await showAttention(model, split, { places: [], seed: 1 });
  assert.equal(tf.memory().numTensors, before);
  model.dispose();
  const lines = said.mock.calls.map((call) => call.arguments[0]);
  const alt = 'What the network looks at';
  assert.deepEqual(lines, [alt, alt, `${alt}: none.`]);
});

test('attentionRows(model, split) tints the images asked for, by what speaks for the class asked for', async () => {
  const model = squareNetwork();
  const places = [2, 0];
  const grey = { ...split, images: new Uint8Array(3 * imagePixels).fill(128) };
  const [inside, outside] = [9 * imageSide + 9, 24 * imageSide + 24];
  const tint = (image: ArrayLike<number>, pixel: number) => {
    const [red, , blue] = [0, 1, 2].map((channel) => image[3 * pixel + channel]);
    return red === blue ? 'none' : red > blue ? 'orange' : 'blue';
  };
  const look = async (classes: number[]) => {
    const rows = await attentionRows(model, grey, { places, classes, seed: 1 });
    return {
      covered: rows.covered.map((image) => [tint(image, inside), tint(image, outside)]),
      gradients: rows.gradients.map((image) => [tint(image, inside), tint(image, outside)]),
    };
  };
  const { covered, gradients } = await look([3, 4]);
  assert.deepEqual(covered, [
    ['orange', 'none'],
    ['blue', 'none'],
  ]);
  // The network's logit of class 4 depends on no pixel.
  assert.deepEqual(gradients, [
    ['orange', 'none'],
    ['none', 'none'],
  ]);
  assert.deepEqual((await look([4, 3])).covered, covered.slice().reverse());
  const own = await attentionRows(model, split, { places, seed: 1 });
  assert.deepEqual(Array.from(own.classes), [5, 3]);
  assert.deepEqual([...own.images[0]], [...split.images.subarray(2 * imagePixels)]);
  model.dispose();
});
