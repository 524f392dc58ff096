import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { growForest, predict, type Tree } from '../lib/forest';
import { createRandom } from '../lib/random';

const random = () => createRandom(5);

/** Points on a grid of the unit square. */
const grid = Array.from({ length: 400 }, (_, index) => [
  ((index % 20) + 0.5) / 20,
  (Math.floor(index / 20) + 0.5) / 20,
]);

function mean(trees: readonly Tree[], point: number[]): number {
  return trees.reduce((sum, tree) => sum + predict(tree, point), 0) / trees.length;
}

test('growForest(points, values) follows a function of two coordinates', () => {
  const values = grid.map(([x, y]) => x + 2 * y);
  const forest = growForest(grid, values, { random: random() });
  for (const [x, y] of [
    [0.2, 0.3],
    [0.5, 0.8],
    [0.9, 0.1],
  ]) {
    assert.ok(Math.abs(mean(forest, [x, y]) - (x + 2 * y)) < 0.15);
  }
});

test('growForest(points, values) never leaves the range of the values', () => {
  const point = fc.tuple(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.integer({ min: -9, max: 9 }),
  );
  fc.assert(
    fc.property(fc.array(point, { minLength: 1, maxLength: 30 }), (points) => {
      const values = points.map(([, value]) => value);
      const coordinates = points.map(([x]) => [x]);
      const forest = growForest(coordinates, values, { random: random(), trees: 3 });
      for (const x of [0, 0.5, 1]) {
        for (const tree of forest) {
          const said = predict(tree, [x]);
          assert.ok(said >= Math.min(...values) - 1e-9 && said <= Math.max(...values) + 1e-9);
        }
      }
    }),
  );
});

test('growForest(points, values) parts numbers that have none between them', () => {
  const [low, high] = [0, Number.MIN_VALUE];
  const coordinates = [low, low, low, high, high, high].map((x) => [x]);
  for (const tree of growForest(coordinates, [1, 1, 1, 2, 2, 2], { random: random(), trees: 8 })) {
    assert.ok([low, high].every((x) => Number.isFinite(predict(tree, [x]))));
  }
});

test('growForest(points, values) is the same for the same stream, and another for another', () => {
  const values = grid.map(([x]) => Math.sin(9 * x));
  const grown = (seed: number) =>
    growForest(grid, values, { random: createRandom(seed), trees: 2 });
  assert.deepEqual(grown(1), grown(1));
  assert.notDeepEqual(grown(1), grown(2));
});

test('growForest(points, values) refuses no points at all', () => {
  assert.throws(() => growForest([], [], { random: random() }), /points with a value each/);
});
