import assert from 'node:assert/strict';
import test from 'node:test';
import { tf } from '../lib/backend';
import { imagePixels } from '../lib/idx';
import { imageTensor } from '../lib/image-tensor';

test('imageTensor(images) holds bytes from 0 to 1, and is the only tensor left', () => {
  const before = tf.memory().numTensors;
  const images = new Uint8Array(2 * imagePixels);
  images[imagePixels + 29] = 255;
  images[imagePixels + 30] = 51;
  const tensor = imageTensor(images);
  assert.equal(tf.memory().numTensors, before + 1);
  assert.deepEqual(tensor.shape, [2, 28, 28, 1]);
  const values = tensor.dataSync();
  assert.deepEqual([values[0], values[imagePixels + 29]], [0, 1]);
  assert.equal(values[imagePixels + 30], Math.fround(0.2));
  tensor.dispose();
});
