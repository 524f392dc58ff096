import assert from 'node:assert/strict';
import test from 'node:test';
import { tf } from '../lib/backend';
import { imageGrid, pictureHtml, tilesHtml, toPixels } from '../lib/pictures';

/** Returns the pixels of a PNG as TensorFlow reads them: grey and opacity. */
function decode(png: Uint8Array): { shape: number[]; pixels: number[] } {
  return tf.tidy(() => {
    const tensor = tf.node.decodePng(png, 4);
    const pixels = Array.from(tensor.dataSync()).filter(
      (_, index) => index % 4 === 0 || index % 4 === 3,
    );
    return { shape: tensor.shape.slice(0, 2), pixels };
  });
}

const black = new Uint8Array(4);
const white = new Uint8Array(4).fill(255);

test('imageGrid(images) sets images side by side, enlarged, with transparent gaps', async () => {
  const png = await imageGrid([white, black, white], { columns: 2, scale: 1, gap: 1 });
  const { shape, pixels } = decode(png);
  assert.deepEqual(shape, [5, 5]);
  const row = (y: number) => pixels.slice(10 * y, 10 * y + 10);
  assert.deepEqual(row(0), [255, 255, 255, 255, 0, 0, 0, 255, 0, 255]);
  assert.deepEqual(row(2), new Array(10).fill(0));
  assert.deepEqual(row(4), [255, 255, 255, 255, 0, 0, 0, 0, 0, 0]);
});

test('imageGrid(images, { scale }) repeats whole pixels', async () => {
  const image = Uint8Array.from([10, 20, 30, 40]);
  const { shape, pixels } = decode(await imageGrid([image], { scale: 2 }));
  assert.deepEqual(shape, [4, 4]);
  const grey = pixels.filter((_, index) => index % 2 === 0);
  assert.deepEqual(grey.slice(0, 8), [10, 10, 20, 20, 10, 10, 20, 20]);
});

test('imageGrid(images) sets grey images beside coloured ones', async () => {
  const red = Uint8Array.from([255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 9]);
  const png = await imageGrid([white, red], { scale: 1, gap: 1 });
  const pixels = tf.tidy(() => Array.from(tf.node.decodePng(png, 4).dataSync()));
  const row = (y: number) => pixels.slice(20 * y, 20 * y + 20);
  const [opaque, gap] = [
    [255, 255, 255, 255],
    [0, 0, 0, 0],
  ];
  assert.deepEqual(row(0), [...opaque, ...opaque, ...gap, 255, 0, 0, 255, 255, 0, 0, 255]);
  assert.deepEqual(row(1), [...opaque, ...opaque, ...gap, 255, 0, 0, 255, 255, 0, 9, 255]);
});

test('imageGrid(images) leaves no tensor behind', async () => {
  const before = tf.memory().numTensors;
  await imageGrid([black, white]);
  assert.equal(tf.memory().numTensors, before);
});

test('imageGrid(images) refuses no images, and images of different sizes', async () => {
  await assert.rejects(imageGrid([]), /at least one image/);
  await assert.rejects(imageGrid([black, new Uint8Array(9)]), /Image 1 has 9 values, the first 4/);
  await assert.rejects(imageGrid([new Uint8Array(5)]), /square/);
});

test('toPixels(values, low, high) cuts off what lies beyond', () => {
  assert.deepEqual([...toPixels([-1, 0, 0.5, 1, 2])], [0, 0, 128, 255, 255]);
  assert.deepEqual([...toPixels([-1, 0, 1], -1, 1)], [0, 128, 255]);
});

test('pictureHtml(picture) escapes its texts', () => {
  const html = pictureHtml({ png: black, alt: '"<x>' });
  assert.match(html, /alt="&quot;&lt;x&gt;"/);
});

test('tilesHtml(tiles) breaks captions where they say, never before a percent sign', () => {
  const html = tilesHtml([{ png: black, alt: 'Coat 98 %\nBag' }], 84);
  assert.match(html, />Coat 98&nbsp;%<br>Bag</);
});
