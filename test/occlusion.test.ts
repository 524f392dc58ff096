import assert from 'node:assert/strict';
import test from 'node:test';
import { tf } from '../lib/backend';
import { imagePixels, imageSide } from '../lib/idx';
import { occlusionMaps } from '../lib/occlusion';
import { squareNetwork } from './support/square-network';

const images = new Uint8Array(2 * imagePixels).fill(128);
const classes = [3, 4];
const pixelAt = (row: number, column: number) => row * imageSide + column;
const inside = pixelAt(9, 9);
const outside = pixelAt(22, 22);

test('occlusionMaps(model, images) marks the pixels that speak for a class, and those against', async () => {
  const model = squareNetwork();
  const before = tf.memory().numTensors;
  const [square, others] = await occlusionMaps(model, { images, classes }, { size: 3, stride: 1 });
  assert.equal(tf.memory().numTensors, before);
  model.dispose();
  assert.equal(square.length, imagePixels);
  // Each square of 3 × 3 on that pixel covers nine of the class's 64, and what the class loses the nine others share.
  const probability = (pixels: number) => {
    const odds = Math.exp((0.1 * pixels * 128) / 255);
    return odds / (odds + 9);
  };
  const drop = probability(64) - probability(55);
  assert.ok(Math.abs(square[inside] - drop) < 1e-5, `${square[inside]}, expected ${drop}`);
  assert.ok(Math.abs(others[inside] + drop / 9) < 1e-5, `${others[inside]}`);
  assert.ok(Math.abs(square[outside]) < 1e-6 && Math.abs(others[outside]) < 1e-6);
});

test('occlusionMaps(model, images, { stride }) covers every pixel up to the corners', async () => {
  const model = squareNetwork({ row: 0, column: 0 });
  for (const [size, stride] of [
    [7, 2],
    [4, 3],
  ]) {
    const maps = await occlusionMaps(model, { images, classes }, { size, stride });
    assert.ok(maps[0][0] > 0.01, `${size}, ${stride}: ${maps[0][0]}`);
  }
  model.dispose();
  const last = squareNetwork({ row: 20, column: 20 });
  const [map] = await occlusionMaps(last, { images, classes }, { size: 7, stride: 2 });
  assert.ok(map[imagePixels - 1] > 0.01);
  last.dispose();
});
