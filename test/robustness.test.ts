import assert from 'node:assert/strict';
import test from 'node:test';
import { tf } from '../lib/backend';
import { corruptions } from '../lib/corruption';
import type { Split } from '../lib/dataset';
import { imagePixels, imageSide } from '../lib/idx';
import { robustnessCurves } from '../lib/robustness';
import { linearNetwork } from './support/linear-network';

/** Ten classes: class k is white in columns 2k + 4 and 2k + 5. */
function stripes(count: number): Split {
  const labels = Uint8Array.from({ length: count }, (_, place) => place % 10);
  const images = Uint8Array.from({ length: count * imagePixels }, (_, index) => {
    const first = 2 * labels[Math.floor(index / imagePixels)] + 4;
    return Math.floor((index % imageSide) / 2) * 2 === first ? 255 : 0;
  });
  const indices = Int32Array.from(labels.keys());
  return { name: 'validation', count, images, labels, indices };
}

/** A network that knows the stripes by their columns. */
function stripeNetwork(): tf.LayersModel {
  return linearNetwork(({ column }, label) =>
    Math.floor(column / 2) * 2 === 2 * label + 4 ? 1 : 0,
  );
}

test('robustnessCurves(model, split) begins with the images as they are, and knows what is lost', async () => {
  const model = stripeNetwork();
  const before = tf.memory().numTensors;
  const curves = await robustnessCurves(model, stripes(80), { seed: 1, steps: 2 });
  assert.equal(tf.memory().numTensors, before);
  model.dispose();
  assert.deepEqual(
    curves.map(({ name, texts }) => [name, texts.length]),
    corruptions.map(({ name }) => [name, 3]),
  );
  for (const { correct, total } of curves) assert.deepEqual([correct[0], total], [80, 80]);
  // Sideways by two pixels a stripe is that of another class, or of none; up and down it stays.
  const [shift, , noise] = curves.map(({ correct }) => correct);
  assert.ok(shift[1] > 20 && shift[1] < 60, `${shift}`);
  assert.deepEqual(noise, [80, 80, 80]);
});
