import assert from 'node:assert/strict';
import test from 'node:test';
import { tf } from '../lib/backend';
import { imagePixels, imageSide } from '../lib/idx';
import { saliencyMaps } from '../lib/saliency';
import { squareNetwork } from './support/square-network';

const images = new Uint8Array(2 * imagePixels).fill(128);
const classes = [3, 4];
const inside = 9 * imageSide + 9;
const outside = 22 * imageSide + 22;

test('saliencyMaps(model, images) is the squared gradient: high where the class is, 0 elsewhere', () => {
  const model = squareNetwork();
  const before = tf.memory().numTensors;
  const maps = saliencyMaps(model, { images, classes }, { seed: 1, copies: 3 });
  assert.equal(tf.memory().numTensors, before);
  model.dispose();
  assert.ok(Math.abs(maps[0][inside] - 0.1 ** 2) < 1e-7, `${maps[0][inside]}`);
  assert.equal(maps[0][outside], 0);
  assert.equal(maps[1][inside], 0);
});

test('saliencyMaps(model, none) are none', () => {
  const model = squareNetwork();
  const nothing = { images: new Uint8Array(), classes: [] };
  assert.deepEqual(saliencyMaps(model, nothing, { seed: 1 }), []);
  model.dispose();
});
