import assert from 'node:assert/strict';
import test from 'node:test';
import { tf } from '../lib/backend';
import { imagePixels, imageSide } from '../lib/idx';
import { createRandom } from '../lib/random';
import { whiteningKernel } from '../lib/whitening';

const options = { size: 2, mean: 0.4, deviation: 0.25 };

/** Images whose neighbouring pixels are alike, as in photographs. */
function smoothImages(count: number): Uint8Array {
  const random = createRandom(7);
  const images = new Uint8Array(count * imagePixels);
  for (let pixel = 0; pixel < images.length; pixel++) {
    const left = pixel % imageSide === 0 ? random.integer(256) : images[pixel - 1];
    images[pixel] = Math.max(0, Math.min(255, left + random.integer(61) - 30));
  }
  return images;
}

/** What the kernel makes of images: [places, filters]. */
function outputs(images: Uint8Array): tf.Tensor2D {
  const kernel = whiteningKernel(images, options);
  const filters = kernel.shape[3];
  const pixels = tf.reshape(Float32Array.from(images), [-1, imageSide, imageSide, 1]);
  const normalized = tf.div<tf.Tensor4D>(
    tf.sub(tf.div(pixels, 255), options.mean),
    options.deviation,
  );
  return tf.reshape(tf.conv2d(normalized, kernel, 1, 'valid'), [-1, filters]);
}

test('whiteningKernel(images, options) makes outputs of variance 1 that are independent', () => {
  tf.tidy(() => {
    const found = outputs(smoothImages(40));
    const half = tf.slice(found, [0, 0], [-1, 4]);
    const products = tf.div<tf.Tensor2D>(tf.matMul(half, half, true), half.shape[0]).arraySync();
    products.forEach((row, first) => {
      row.forEach((value, second) => {
        const expected = first === second ? 1 : 0;
        assert.ok(Math.abs(value - expected) < 0.02, `${first}, ${second}: ${value}`);
      });
    });
  });
});

test('whiteningKernel(images, options) has each filter a second time, negated', () => {
  tf.tidy(() => {
    const kernel = whiteningKernel(smoothImages(10), options);
    assert.deepEqual(kernel.shape, [2, 2, 1, 8]);
    const [filters, negatives] = tf.split(kernel, 2, 3);
    assert.equal(tf.max(tf.abs(tf.add(filters, negatives))).dataSync()[0], 0);
  });
});

test('whiteningKernel(images, options) stays finite where all images are the same', () => {
  tf.tidy(() => {
    const kernel = whiteningKernel(new Uint8Array(3 * imagePixels).fill(90), options);
    assert.ok(kernel.dataSync().every(Number.isFinite));
  });
});

test('whiteningKernel(images, options) leaves one tensor behind', () => {
  const before = tf.memory().numTensors;
  const kernel = whiteningKernel(smoothImages(5), options);
  assert.equal(tf.memory().numTensors, before + 1);
  kernel.dispose();
});
