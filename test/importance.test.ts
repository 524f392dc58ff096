import assert from 'node:assert/strict';
import test from 'node:test';
import { chanceShare, importance, ranks } from '../lib/importance';
import { createRandom } from '../lib/random';

/** Points spread evenly at random over the unit cube. */
function cube(count: number, dimensions: number): number[][] {
  const random = createRandom(3);
  return Array.from({ length: count }, () =>
    Array.from({ length: dimensions }, () => random.uniform()),
  );
}

const close = (found: number, expected: number, tolerance: number) =>
  assert.ok(Math.abs(found - expected) <= tolerance, `${found} is not about ${expected}`);

test('importance(points, values) of 2x + y is 0.8 and 0.2: variances are 4 to 1', () => {
  const points = cube(600, 3);
  const { alone, together } = importance(
    points,
    points.map(([x, y]) => 2 * x + y),
  );
  close(alone[0], 0.8, 0.04);
  close(alone[1], 0.2, 0.04);
  close(alone[2], 0, 0.02);
  close(together, 0, 0.05);
});

test('importance(points, values) finds a coordinate that matters in the middle alone', () => {
  const points = cube(600, 4);
  const { alone } = importance(
    points,
    points.map(([, , z]) => -((z - 0.5) ** 2)),
  );
  assert.ok(alone[2] > 0.8, `${alone[2]}`);
});

test('importance(points, values) gives a product of centred coordinates to both together', () => {
  const points = cube(800, 2);
  const { alone, together } = importance(
    points,
    points.map(([x, y]) => Math.sign(x - 0.5) * Math.sign(y - 0.5)),
  );
  assert.ok(together > 0.8, `${together}`);
  assert.ok(alone[0] < 0.15 && alone[1] < 0.15);
});

test('importance(points, values) does not depend on where the points are dense', () => {
  const points = cube(600, 2).map(([x, y]) => [x ** 3, y]);
  const { alone } = importance(
    points,
    points.map(([x, y]) => 2 * x + y),
  );
  close(alone[0], 0.8, 0.06);
});

test('importance(points, values) of sixty noisy points ranks what matters first', () => {
  const random = createRandom(9);
  const points = cube(60, 8);
  const values = points.map((point) => 3 * point[5] + point[1] + 0.1 * random.normal());
  const { alone } = importance(points, values);
  const order = alone.map((_, index) => index).sort((one, other) => alone[other] - alone[one]);
  assert.deepEqual(order.slice(0, 2), [5, 1]);
  assert.ok(alone[5] > 0.5);
});

test('importance(points, values) is the same for the same seed, and shares are of a whole', () => {
  const points = cube(50, 3);
  const values = points.map(([x, y, z]) => x * y + z);
  const [first, second] = [importance(points, values), importance(points, values)];
  assert.deepEqual(first, second);
  const total = first.alone.reduce((sum, share) => sum + share, first.together);
  close(total, 1, 1e-9);
});

test('importance(points, values) of a value that never changes is zero', () => {
  assert.deepEqual(importance(cube(20, 2), new Array(20).fill(0.9)), {
    alone: [0, 0],
    together: 0,
  });
});

test('importance(points, values) refuses points without values', () => {
  assert.throws(() => importance([[0.1]], []), /a value each, got 1 and 0/);
});

test('chanceShare(points, values) is above what values without a cause give, and below a cause', () => {
  const random = createRandom(4);
  const points = cube(60, 6);
  const noise = points.map(() => random.normal());
  const caused = points.map(([x], index) => 3 * x + noise[index]);
  const limit = chanceShare(points, noise);
  assert.ok(Math.max(...importance(points, noise).alone) < limit, `${limit}`);
  assert.ok(limit > 0.05 && limit < 0.4, `${limit}`);
  assert.ok(importance(points, caused).alone[0] > chanceShare(points, caused));
  assert.equal(chanceShare(points, noise), limit);
});

test('ranks(values) go from 0 to 1, and equal values share theirs', () => {
  assert.deepEqual(ranks([10, 30, 20]), [0, 1, 0.5]);
  assert.deepEqual(ranks([5, 5, 7]), [0.25, 0.25, 1]);
  assert.deepEqual(ranks([4]), [0]);
});
