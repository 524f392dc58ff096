import assert from 'node:assert/strict';
import test from 'node:test';
import { distort } from '../lib/distortion';
import { copies, distance, run, runRows, type Shape } from './support/augmentation';

const side = 29;
/** Its grey tells the column of each pixel. */
const slope = copies(
  Array.from({ length: side }, (_, column) => column / (side - 1)),
  side,
);

test('distort({ amount, cells: 4 }) moves the lines of the grid by up to that share of a cell', () => {
  const images = runRows(distort({ amount: 0.4, cells: 4 }), copies(slope, 500));
  const moves = images.flatMap(([row]) =>
    [1, 2, 3].map((line) => 4 * row[(line * (side - 1)) / 4] - line),
  );
  assert.ok(moves.every((move) => Math.abs(move) <= 0.4001));
  const mean = moves.reduce((sum, move) => sum + move, 0) / moves.length;
  const variance = moves.reduce((sum, move) => sum + move ** 2, 0) / moves.length;
  assert.ok(Math.abs(mean) < 0.03, `mean ${mean}`);
  assert.ok(Math.abs(variance - 0.8 ** 2 / 12) < 0.005, `variance ${variance}`);
});

test('distort() keeps the edges, the order of pixels, and straight lines between the lines of the grid', () => {
  for (const image of runRows(distort({ amount: 0.5, cells: 4 }), copies(slope, 20))) {
    for (const row of image) {
      assert.ok(Math.abs(row[0]) < 1e-5 && Math.abs(row[side - 1] - 1) < 1e-5);
      assert.ok(row.every((grey, column) => column === 0 || grey >= row[column - 1] - 1e-5));
      const steps = row.slice(1, 8).map((grey, column) => grey - row[column]);
      assert.ok(distance(steps, copies(steps[0], 7)) < 1e-5);
    }
  }
});

test('distort() moves rows as it moves columns, with draws of its own', () => {
  const upright = slope.map((_, row) => slope.map((line) => line[row]));
  const [across] = runRows(distort({ amount: 0.4 }), [slope]);
  const [down] = runRows(distort({ amount: 0.4 }), [upright]);
  const turned = down.map((_, row) => down.map((line) => line[row]));
  assert.ok(distance(turned.flat(), slope.flat()) > 0.01);
  assert.ok(distance(turned.flat(), across.flat()) > 0.01);
});

test('distort() moves all channels alike', () => {
  const pixels = slope.flat().flatMap((grey) => [grey, 1 - grey, grey / 2]);
  const shape: Shape = [1, side, side, 3];
  const { images } = run(distort({ amount: 0.4 }), { pixels, shape });
  for (let place = 0; place < images.length; place += 3) {
    const [red, green, blue] = images.slice(place, place + 3);
    assert.ok(distance([green, blue], [1 - red, red / 2]) < 1e-5);
  }
});

test('distort() leaves images a pixel wide or high as they are in that direction', () => {
  assert.deepEqual(runRows(distort({ amount: 0.5 }), [[[0.5]]]), [[[0.5]]]);
  const [row] = runRows(distort({ amount: 0.5 }), [[slope[0]]]);
  assert.ok(row[0].every((grey) => grey >= 0 && grey <= 1));
});

test('distort() throws a RangeError that names what is out of range', () => {
  assert.throws(() => distort({ amount: 0.6 }), /amount: 0.6 .*from 0 to 0.5 cells/);
  assert.throws(() => distort({ amount: 0.1, cells: 1 }), /cells: 1 .*whole number from 2 to 100/);
});
