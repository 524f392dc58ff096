import assert from 'node:assert/strict';
import test from 'node:test';
import { tf } from '../lib/backend';
import { corrupt, corruptions, strengthText } from '../lib/corruption';
import { imagePixels, imageSide } from '../lib/idx';

const byName = (name: string) => corruptions.find((one) => one.name === name)!;

/** So many images that are black but for a white rectangle, a little off the middle. */
function rectangles(count: number): Uint8Array {
  return Uint8Array.from({ length: count * imagePixels }, (_, index) => {
    const [row, column] = [Math.floor((index % imagePixels) / imageSide), index % imageSide];
    return row >= 8 && row < 18 && column >= 12 && column < 18 ? 255 : 0;
  });
}

const images = rectangles(40);
const once = (name: string, steps: number, seed = 1) =>
  corrupt(images, byName(name), { steps, seed });
const imageOf = (values: Float32Array, place: number) =>
  values.subarray(place * imagePixels, (place + 1) * imagePixels);
const sum = (values: Float32Array) => values.reduce((total, value) => total + value, 0);

/** Returns the mean row and column of what is white. */
function centre(image: Float32Array): [number, number] {
  let [down, across] = [0, 0];
  image.forEach((value, pixel) => {
    down += value * Math.floor(pixel / imageSide);
    across += value * (pixel % imageSide);
  });
  return [down / sum(image), across / sum(image)];
}

for (const { name } of corruptions) {
  test(`${name} in no step leaves images as they are, in more steps changes them more`, () => {
    const original = once(name, 0);
    assert.deepEqual(
      original,
      Float32Array.from(images, (byte) => Math.fround(byte / 255)),
    );
    const changes = [1, 3, 5].map((steps) =>
      sum(once(name, steps).map((value, index) => Math.abs(value - original[index]))),
    );
    assert.ok(changes[0] > 0 && changes[1] > changes[0] && changes[2] > changes[1], `${changes}`);
  });

  test(`${name} depends on the seed alone, stays within 0 and 1, and leaves no tensor behind`, () => {
    const before = tf.memory().numTensors;
    const values = once(name, 4);
    assert.equal(tf.memory().numTensors, before);
    assert.deepEqual(once(name, 4), values);
    assert.ok(values.every((value) => value >= 0 && value <= 1.000001));
    if (name !== 'Blur') assert.notDeepEqual(once(name, 4, 2), values);
  });
}

test('Shift moves by whole pixels in each of four directions', () => {
  const values = once('Shift', 2);
  const [down, across] = centre(imageOf(once('Shift', 0), 0));
  const ways = new Set<string>();
  for (let place = 0; place < 40; place++) {
    const [newDown, newAcross] = centre(imageOf(values, place));
    ways.add(`${(newDown - down).toFixed(3)} ${(newAcross - across).toFixed(3)}`);
  }
  const expected = ['-4.000 0.000', '0.000 -4.000', '0.000 4.000', '4.000 0.000'];
  assert.deepEqual([...ways].sort(), expected);
});

test('Rotation turns either way by the angle', () => {
  const values = once('Rotation', 3);
  const [down, across] = centre(imageOf(once('Rotation', 0), 0)).map((at) => at - 13.5);
  const angles = Array.from({ length: 40 }, (_, place) => {
    const [newDown, newAcross] = centre(imageOf(values, place)).map((at) => at - 13.5);
    const turned = Math.atan2(newDown, newAcross) - Math.atan2(down, across);
    return Math.round((180 / Math.PI) * Math.atan2(Math.sin(turned), Math.cos(turned)));
  });
  assert.ok(
    angles.every((angle) => Math.abs(Math.abs(angle) - 45) <= 2),
    `${angles}`,
  );
  assert.ok(Math.min(...angles) < 0 && Math.max(...angles) > 0);
});

test('Noise has the deviation that it says', () => {
  const grey = new Uint8Array(40 * imagePixels).fill(128);
  const noisy = corrupt(grey, byName('Noise'), { steps: 1, seed: 1 });
  const mean = sum(noisy) / noisy.length;
  const variance = sum(noisy.map((value) => (value - mean) ** 2)) / noisy.length;
  assert.ok(Math.abs(mean - 128 / 255) < 0.003, `${mean}`);
  assert.ok(Math.abs(Math.sqrt(variance) - 0.1) < 0.002, `${Math.sqrt(variance)}`);
});

test('Blur spreads a single pixel as a bell of its deviation, and loses no light', () => {
  const dot = new Uint8Array(imagePixels);
  dot[14 * imageSide + 14] = 255;
  const blurred = corrupt(dot, byName('Blur'), { steps: 2, seed: 1 });
  assert.ok(Math.abs(sum(blurred) - 1) < 1e-5);
  const variance = blurred.reduce(
    (total, value, pixel) => total + value * ((pixel % imageSide) - 14) ** 2,
    0,
  );
  assert.ok(Math.abs(Math.sqrt(variance) - 1.2) < 0.03, `${Math.sqrt(variance)}`);
});

test('Erasing covers a square of the area, in a middle grey, within each image', () => {
  const white = new Uint8Array(40 * imagePixels).fill(255);
  white.fill(0, 20 * imagePixels);
  const values = corrupt(white, byName('Erasing'), { steps: 2, seed: 1 });
  for (let place = 0; place < 40; place++) {
    const covered = imageOf(values, place).filter((value) => Math.abs(value - 0.5) < 1e-6).length;
    assert.equal(covered, Math.round(Math.sqrt(0.24) * imageSide) ** 2);
  }
});

test('strengthText(corruption, steps) says how much, with its unit', () => {
  assert.equal(strengthText(byName('Shift'), 2), 'Shift: 4 pixels');
  assert.equal(strengthText(byName('Blur'), 3), 'Blur: a deviation of 1.8 pixels');
  assert.equal(strengthText(byName('Erasing'), 1), 'Erasing: 12 % of the area');
  assert.equal(strengthText(byName('Noise'), 0), 'Noise: none');
});
