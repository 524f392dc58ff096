import assert from 'node:assert/strict';
import test from 'node:test';
import { tf } from '../../lib/backend';
import { Graph } from '../../lib/graph/graph';
import { type RandomStream, randomStream } from '../../lib/graph/random';
import { record } from '../../lib/graph/recorder';
import { openSession } from '../../lib/graph/session';

const COUNT = 100_000;

type Draw = (random: RandomStream) => tf.Tensor | tf.Tensor[];

function draw(body: Draw, [seed, step]: [number, number] = [1, 0]): number[][] {
  return tf.tidy(() => {
    const drawn = body(randomStream(tf.tensor1d([seed, step], 'int32')));
    return [drawn].flat().map((tensor) => Array.from(tensor.dataSync()));
  });
}

function moments(values: number[]): {
  mean: number;
  variance: number;
  skew: number;
  tails: number;
} {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const moment = (power: number) =>
    values.reduce((sum, value) => sum + (value - mean) ** power, 0) / values.length;
  const variance = moment(2);
  return { mean, variance, skew: moment(3) / variance ** 1.5, tails: moment(4) / variance ** 2 };
}

function correlation(left: number[], right: number[]): number {
  const [a, b] = [moments(left), moments(right)];
  const covariance =
    left.reduce((sum, value, index) => sum + (value - a.mean) * (right[index] - b.mean), 0) /
    left.length;
  return covariance / Math.sqrt(a.variance * b.variance);
}

/** Four standard errors of a mean of {@link COUNT} numbers of the given deviation. */
const noise = (deviation: number) => (4 * deviation) / Math.sqrt(COUNT);

for (const [low, high] of [
  [0, 1],
  [-2, 3],
]) {
  test(`uniform(shape, ${low}, ${high}) is even between them`, () => {
    const [values] = draw((random) => random.uniform([COUNT], low, high));
    assert.ok(values.every((value) => value >= low && value < high));
    const { mean, variance, tails } = moments(values);
    const width = high - low;
    assert.ok(Math.abs(mean - (low + high) / 2) < noise(width / Math.sqrt(12)), `mean ${mean}`);
    assert.ok(Math.abs(variance / (width ** 2 / 12) - 1) < 0.015, `variance ${variance}`);
    assert.ok(Math.abs(tails - 1.8) < 0.03, `kurtosis ${tails}`);
  });
}

for (const [centre, deviation] of [
  [0, 1],
  [5, 0.5],
]) {
  test(`normal(shape, ${centre}, ${deviation}) has the moments of that normal distribution`, () => {
    const [values] = draw((random) => random.normal([COUNT], centre, deviation));
    const { mean, variance, skew, tails } = moments(values);
    assert.ok(Math.abs(mean - centre) < noise(deviation), `mean ${mean}`);
    assert.ok(Math.abs(variance / deviation ** 2 - 1) < 0.02, `variance ${variance}`);
    assert.ok(Math.abs(skew) < 0.04, `skewness ${skew}`);
    assert.ok(Math.abs(tails - 3) < 0.08, `kurtosis ${tails}`);
  });
}

test('integers(shape, low, high) draws each from low to below high equally often', () => {
  const [values] = draw((random) => random.integers([COUNT], -2, 3));
  assert.deepEqual(
    [...new Set(values)].sort((a, b) => a - b),
    [-2, -1, 0, 1, 2],
  );
  for (let number = -2; number < 3; number++) {
    const share = values.filter((value) => value === number).length / COUNT;
    assert.ok(Math.abs(share - 0.2) < noise(0.4), `${number}: ${share}`);
  }
});

test('the draws have the shapes and types asked for', () => {
  tf.tidy(() => {
    const random = randomStream(tf.tensor1d([1, 2], 'int32'));
    const draws = [random.uniform([2, 3]), random.normal([4]), random.integers([], 0, 9)];
    assert.deepEqual(
      draws.map(({ shape, dtype }) => [shape, dtype]),
      [
        [[2, 3], 'float32'],
        [[4], 'float32'],
        [[], 'int32'],
      ],
    );
  });
});

test('the draws of a step, of neighbouring steps and of neighbouring seeds are independent', () => {
  const uniform: Draw = (random) => [random.uniform([COUNT]), random.uniform([COUNT])];
  const starts: [number, number][] = [
    [1, 0],
    [1, 1],
    [2, 0],
    [0, 1],
    [0, 0],
  ];
  const all = starts.flatMap((start) => draw(uniform, start));
  all.forEach((left, index) => {
    for (const right of all.slice(index + 1)) {
      const found = correlation(left, right);
      assert.ok(Math.abs(found) < 5 / Math.sqrt(COUNT), `draw ${index}: ${found}`);
    }
    // A stream that is a shifted copy of another would slip through unshifted.
    const shifted = correlation(left.slice(1), left.slice(0, -1));
    assert.ok(
      Math.abs(shifted) < 5 / Math.sqrt(COUNT),
      `draw ${index}, shifted by one: ${shifted}`,
    );
  });
});

test('a draw depends on seed, step and its place in the step alone', () => {
  const first = draw((random) => [random.uniform([10]), random.normal([10])], [4, 9]);
  draw((random) => random.uniform([10]), [4, 10]);
  const again = draw((random) => [random.integers([3], 0, 5), random.normal([10])], [4, 9]);
  assert.deepEqual(again[1], first[1]);
  assert.notDeepEqual(draw((random) => random.uniform([10]), [5, 9])[0], first[0]);
});

test('a compiled step draws what an eager one draws, bit for bit, for every step fed', () => {
  const body: Draw = (random) => [
    random.uniform([50], -1, 2),
    random.normal([50]),
    random.integers([50], 0, 1000),
  ];
  const graph = new Graph();
  const clock = tf.zeros<tf.Rank.R1>([2], 'int32');
  const inputs = new Map([[clock, graph.placeholder('clock', 'int32', [2])]]);
  const names = tf.tidy(() =>
    record(graph, inputs, () => body(randomStream(clock)) as tf.Tensor[]),
  );
  const session = openSession(graph);
  for (const start of [
    [1, 0],
    [1, 1],
    [2 ** 31 - 1, 123_456],
  ] as [number, number][]) {
    const compiled = tf.tidy(() => {
      const outputs = session.run({ clock: tf.tensor1d(start, 'int32') }, names);
      return outputs.map((output) => Array.from(output.dataSync()));
    });
    assert.deepEqual(compiled, draw(body, start));
  }
  session.dispose();
  clock.dispose();
});

test('a step that draws too often is refused', () => {
  assert.throws(() => draw((random) => Array.from({ length: 257 }, () => random.uniform([1]))), {
    message: 'A step drew random numbers more than 256 times: draw larger tensors.',
  });
});
