import assert from 'node:assert/strict';
import test from 'node:test';
import { createRandom, shuffle, xoshiro128 } from '../lib/random';

const draws = 100_000;

function sample(draw: () => number): number[] {
  return Array.from({ length: draws }, draw);
}

function average(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Pearson's statistic of counts that should all be equal. */
function chiSquared(counts: number[], total: number): number {
  const expected = total / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

test('xoshiro128(state) gives the numbers of the published C program', () => {
  const next = xoshiro128(Uint32Array.of(1, 2, 3, 4));
  const published = [
    11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597,
    4258142804,
  ];
  assert.deepEqual(Array.from(published, next), published);
});

test('createRandom(seed) gives the same numbers for the same seed and others for another', () => {
  const first = (seed: number) => {
    const random = createRandom(seed);
    return Array.from({ length: 20 }, () => random.uniform());
  };
  assert.deepEqual(first(7), first(7));
  const seeds = [0, 1, 2, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER];
  assert.equal(new Set(seeds.flatMap(first)).size, 20 * seeds.length);
});

for (const seed of [-1, 0.5, Number.NaN, 2 ** 53]) {
  test(`createRandom(${seed}) throws an error that names the seed`, () => {
    assert.throws(() => createRandom(seed), new RegExp(`The seed is ${seed}`));
  });
}

test('uniform() is even over [0, 1) and successive numbers are independent', () => {
  const values = sample(createRandom(1).uniform);
  assert.ok(values.every((value) => value >= 0 && value < 1));
  const cells = new Array<number>(100).fill(0);
  for (let place = 1; place < draws; place++) {
    cells[10 * Math.floor(10 * values[place - 1]) + Math.floor(10 * values[place])]++;
  }
  // 99 degrees of freedom: mean 99, deviation 14; beyond 170 once in 100,000 good generators.
  assert.ok(chiSquared(cells, draws - 1) < 170);
});

test('integer(below) gives each number equally often, also where 2^32 is no multiple of it', () => {
  const random = createRandom(2);
  for (const below of [1, 2, 7, 10, 60_000, 3 * 2 ** 30]) {
    const values = sample(() => random.integer(below));
    assert.ok(values.every((value) => Number.isInteger(value) && value >= 0 && value < below));
    const bins = Math.min(below, 12);
    const counts = new Array<number>(bins).fill(0);
    for (const value of values) counts[Math.floor((value * bins) / below)]++;
    assert.ok(chiSquared(counts, draws) < 45, `below ${below}`);
  }
});

for (const below of [0, -3, 1.5, 2 ** 32 + 1, Number.NaN]) {
  test(`integer(${below}) throws an error that names the bound`, () => {
    assert.throws(() => createRandom(1).integer(below), new RegExp(`below ${below} was asked`));
  });
}

test('normal() has the moments and the tails of the normal distribution', () => {
  const values = sample(createRandom(3).normal);
  const moment = (power: number) => average(values.map((value) => value ** power));
  const inside = values.filter((value) => Math.abs(value) < 1.959964).length / draws;
  assert.ok(Math.abs(moment(1)) < 0.015);
  assert.ok(Math.abs(moment(2) - 1) < 0.02);
  assert.ok(Math.abs(moment(3)) < 0.05);
  assert.ok(Math.abs(moment(4) - 3) < 0.15);
  assert.ok(Math.abs(inside - 0.95) < 0.003);
  assert.ok(values.every(Number.isFinite));
});

test('shuffle(array, random) gives each order equally often and leaves its array alone', () => {
  const random = createRandom(4);
  const array = [0, 1, 2, 3];
  const counts = new Map<string, number>();
  for (let draw = 0; draw < 24_000; draw++) {
    const order = shuffle(array, random).join('');
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assert.deepEqual(array, [0, 1, 2, 3]);
  assert.equal(counts.size, 24);
  assert.ok(chiSquared([...counts.values()], 24_000) < 65);
});

test('shuffle(typed array, random) keeps the type and the members', () => {
  const array = Int32Array.from({ length: 1000 }, (_, place) => place);
  const shuffled = shuffle(array, createRandom(5));
  assert.ok(shuffled instanceof Int32Array);
  assert.notDeepEqual(shuffled, array);
  assert.deepEqual(shuffled.sort(), array);
});
