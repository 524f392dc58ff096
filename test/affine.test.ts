import assert from 'node:assert/strict';
import test from 'node:test';
import { inspect } from 'node:util';
import { type AffineOptions, affine, type Beyond, rotate, warp } from '../lib/affine';
import { mapImages } from '../lib/augmentation';
import { tf } from '../lib/backend';
import fixture from './fixtures/augmentation.json';
import { copies, distance, runRows, unevenness } from './support/augmentation';

/** Float32 places in an image are exact to about 1e-6 of a pixel. */
const near = 2e-5;

interface Moved {
  degrees?: number;
  translate?: number[];
  scale?: number;
  shear?: number;
  fill?: unknown;
}

for (const { options, expected } of fixture.affine) {
  test(`warp() with ${JSON.stringify(options)} gives SciPy's affine_transform`, () => {
    const { degrees = 0, translate = [0, 0], scale = 1, shear = 0, fill = 0 }: Moved = options;
    const transform = mapImages((images) => {
      const [, height, width] = images.shape;
      const motion = {
        degrees: tf.tensor1d([degrees]),
        right: tf.tensor1d([translate[0] * width]),
        down: tf.tensor1d([translate[1] * height]),
        scale: tf.tensor1d([scale]),
        shear: tf.tensor1d([shear]),
      };
      return warp(images, motion, fill as Beyond);
    });
    const [moved] = runRows(transform, [fixture.image]);
    assert.ok(distance(moved.flat(), expected.flat()) < near);
  });
}

for (const { degrees, expected } of fixture.rotate) {
  test(`rotate() by ${degrees} degrees gives SciPy's rotate`, () => {
    const [turned] = runRows(rotate({ degrees: [degrees, degrees] }), [fixture.image]);
    assert.ok(distance(turned.flat(), expected.flat()) < near);
  });
}

for (const { degrees, expected } of fixture.pillow.rotate) {
  test(`rotate() by ${degrees} degrees gives Pillow's rotate: anticlockwise is positive`, () => {
    const [turned] = runRows(rotate({ degrees: [degrees, degrees] }), [fixture.pillow.image]);
    assert.ok(distance(turned.flat(), expected.flat()) < near);
  });
}

test("rotate({ degrees: [90, 90] }) moves the right pixel to the top, about the image's centre", () => {
  const image = [
    [0, 0, 0],
    [0, 1, 0.5],
    [0, 0, 0],
  ];
  const [turned] = runRows(rotate({ degrees: [90, 90] }), [image]);
  assert.ok(distance(turned.flat(), [0, 0.5, 0, 0, 1, 0, 0, 0, 0]) < near);
});

test('affine({ translate }) moves right and down by shares of the sides where they are positive', () => {
  const image = [
    [0.1, 0.2, 0.3],
    [0.4, 0.5, 0.6],
    [0.7, 0.8, 0.9],
  ];
  const [moved] = runRows(affine({ translate: [1 / 3, 1 / 3] }), [image]);
  assert.ok(distance(moved.flat(), [0, 0, 0, 0, 0.1, 0.2, 0, 0.4, 0.5]) < near);
});

test('affine({ shear: [45, 45] }) makes upright lines lean to the right', () => {
  const upright = copies([0, 1, 0], 3);
  const [leaning] = runRows(affine({ shear: [45, 45] }), [upright]);
  assert.ok(distance(leaning.flat(), [0, 0, 1, 0, 1, 0, 1, 0, 0]) < near);
});

/** An image with one bright pixel right of its centre: where it goes tells the angle. */
const side = 41;
const arm = 16;
const pointer = Array.from({ length: side }, (_, row) =>
  Array.from({ length: side }, (_, column) => {
    const distanceToTip = Math.hypot(row - side / 2 + 0.5, column - side / 2 + 0.5 - arm);
    return Math.max(0, 1 - distanceToTip / 4);
  }),
);

/** Returns the centre of an image's light, in pixels right of and above the image's centre. */
function tip(image: number[][]): { right: number; up: number } {
  let [light, right, up] = [0, 0, 0];
  image.forEach((line, row) => {
    line.forEach((pixel, column) => {
      light += pixel;
      right += pixel * (column - (side - 1) / 2);
      up -= pixel * (row - (side - 1) / 2);
    });
  });
  return { right: right / light, up: up / light };
}

const drawn = 1000;

test('rotate({ degrees: 30 }) turns by angles even between −30 and 30 degrees', () => {
  const angles = runRows(rotate({ degrees: 30 }), copies(pointer, drawn)).map((image) => {
    const { right, up } = tip(image);
    return (Math.atan2(up, right) * 180) / Math.PI;
  });
  assert.ok(angles.every((angle) => Math.abs(angle) < 30.2));
  const counts = new Array<number>(10).fill(0);
  for (const angle of angles) counts[Math.min(9, Math.max(0, Math.floor((angle + 30) / 6)))]++;
  assert.ok(unevenness(counts) < 4, `${counts}`);
});

test('affine({ translate: 0.1 }) moves evenly up to a tenth of the side, across and down apart', () => {
  const tips = runRows(affine({ translate: 0.1 }), copies(pointer, drawn)).map(tip);
  const moves = tips.map(({ right, up }) => [right - arm, -up]);
  const counts = new Array<number>(16).fill(0);
  for (const [right, down] of moves) {
    assert.ok(Math.abs(right) < 4.2 && Math.abs(down) < 4.2);
    const cell = (move: number) => Math.min(3, Math.max(0, Math.floor((move + 4.1) / 2.05)));
    counts[4 * cell(down) + cell(right)]++;
  }
  assert.ok(unevenness(counts) < 4, `${counts}`);
});

test('affine({ scale: [0.5, 1.2] }) scales evenly between the factors', () => {
  const tips = runRows(affine({ scale: [0.5, 1.2] }), copies(pointer, drawn)).map(tip);
  const counts = new Array<number>(7).fill(0);
  for (const { right } of tips) {
    const factor = right / arm;
    assert.ok(factor > 0.49 && factor < 1.21, `${factor}`);
    counts[Math.min(6, Math.max(0, Math.floor((factor - 0.5) / 0.1)))]++;
  }
  assert.ok(unevenness(counts) < 4, `${counts}`);
});

const wrong: [AffineOptions, RegExp][] = [
  [{ degrees: 181 }, /degrees: 181 .*from -180 to 180 degrees/],
  [{ degrees: -5 }, /degrees: -5 /],
  [{ degrees: Number.NaN }, /degrees: NaN/],
  [{ degrees: [20, 10] }, /degrees: \[ 20, 10 \]/],
  [{ translate: 1.5 }, /translate: 1.5 .*from -1 to 1 image sides/],
  [{ scale: [0, 1] }, /scale: \[ 0, 1 \] .*from 0.1 to 10/],
  [{ shear: 90 }, /shear: 90 .*degrees/],
  [{ fill: 'mirror' as Beyond }, /fill: 'mirror' .*'nearest' or 'reflect'/],
  [{ fill: 2 }, /fill: 2 .*from 0 to 1/],
];
for (const [options, message] of wrong) {
  test(`affine(${inspect(options)}) throws a RangeError that names the option`, () => {
    assert.throws(() => affine(options), { name: 'RangeError', message });
  });
}
