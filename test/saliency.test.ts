import assert from 'node:assert/strict';
import test from 'node:test';
import { tf } from '../lib/backend';
import { imagePixels, imageSide } from '../lib/idx';
import { buildNetwork, type NetworkRecipe } from '../lib/network';
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
  // A row above the square, a mean of 3 × 3 pixels has three of it.
  assert.ok(Math.abs(maps[0][5 * imageSide + 9] - 0.1 ** 2 / 3) < 1e-7);
  assert.equal(maps[0][outside], 0);
  assert.equal(maps[1][inside], 0);
});

test('saliencyMaps(model, images) averages over noisy copies of each image', () => {
  const network: NetworkRecipe = { kind: 'plain', widths: [4], convolutions: 1 };
  const model = buildNetwork(network, { mean: 0.3, deviation: 0.35, seed: 1 });
  const maps = (seed: number, noise?: number) =>
    saliencyMaps(model, { images, classes }, { seed, copies: 2, noise });
  assert.notDeepEqual(maps(1), maps(2));
  assert.deepEqual(maps(1, 0), maps(2, 0));
  model.dispose();
});

test('saliencyMaps(model, none) are none', () => {
  const model = squareNetwork();
  const nothing = { images: new Uint8Array(), classes: [] };
  assert.deepEqual(saliencyMaps(model, nothing, { seed: 1 }), []);
  model.dispose();
});
