import assert from 'node:assert/strict';
import test from 'node:test';
import {
  accuracyBySize,
  averageLogits,
  averageProbabilities,
  combinations,
  gainOverMembers,
} from '../lib/ensemble';
import { distance } from './support/augmentation';
import { sureOf, tenClasses } from './support/probabilities';

test('averageProbabilities(list, weights) is the weighted mean, equal by default', () => {
  const [first, second] = [tenClasses([[1, 0]]), tenClasses([[0, 1]])];
  assert.deepEqual(averageProbabilities([first, second]), tenClasses([[0.5, 0.5]]));
  assert.deepEqual(averageProbabilities([first, second], [3, 1]), tenClasses([[0.75, 0.25]]));
  assert.deepEqual(averageProbabilities([first]), first);
});

test('averageProbabilities(list, weights) refuses what has no mean', () => {
  const one = tenClasses([[1]]);
  assert.throws(() => averageProbabilities([]), /same images each, got lengths \[\]/);
  assert.throws(() => averageProbabilities([one, tenClasses([[1], [1]])]), /lengths \[10, 20\]/);
  for (const weights of [[1, 1], [0], [-1], [Number.NaN]]) {
    assert.throws(() => averageProbabilities([one], weights), /Expected 1 weights, not negative/);
  }
});

test('averageLogits(list) is the geometric mean of the probabilities, with the sum 1', () => {
  const [first, second] = [tenClasses([[0.8, 0.2]]), tenClasses([[0.2, 0.8]])];
  assert.ok(distance(averageLogits([first, second]), tenClasses([[0.5, 0.5]])) < 1e-6);
  const other = tenClasses([[0.5, 0.5]]);
  // √(0.8 · 0.5) and √(0.2 · 0.5) are as 2 to 1.
  assert.ok(distance(averageLogits([first, other]), tenClasses([[2 / 3, 1 / 3]])) < 1e-6);
});

test('averageLogits(list, weights) counts members by the ratio of their weights', () => {
  const list = [tenClasses([[0.8, 0.2]]), tenClasses([[0.5, 0.5]])];
  // 0.8² · 0.5 and 0.2² · 0.5 are as 16 to 1, and their cube roots as 16^(1/3) to 1.
  const ratio = 16 ** (1 / 3);
  const expected = tenClasses([[ratio / (ratio + 1), 1 / (ratio + 1)]]);
  assert.ok(distance(averageLogits(list, [4, 2]), expected) < 1e-6);
});

test('averageLogits(list) lets one sure "no" decide where averageProbabilities(list) does not', () => {
  const list = [tenClasses([[1, 0]]), tenClasses([[0.4, 0.6]]), tenClasses([[0.01, 0.99]])];
  assert.ok(averageLogits(list)[0] > 0.99);
  assert.ok(averageProbabilities(list)[0] < 0.5);
});

test('averageLogits(list) refuses what has no mean', () => {
  assert.throws(() => averageLogits([]), /same images each/);
  assert.throws(() => averageLogits([sureOf(1)], [-1]), /not negative/);
});

test('gainOverMembers(together, list, labels) compares image by image, worked out by hand', () => {
  const labels = Uint8Array.of(0, 0, 0, 0);
  const list = [sureOf(0, 0, 1, 1), sureOf(0, 1, 0, 1)];
  const { mean, low, high } = gainOverMembers(sureOf(0, 0, 0, 1), list, labels);
  // 0, ½, ½, 0: their mean is ¼, the deviation √(¼ / 3).
  assert.equal(mean, 0.25);
  const half = (1.959963984540054 * Math.sqrt(1 / 12)) / 2;
  assert.ok(Math.abs(low - (0.25 - half)) < 1e-12 && Math.abs(high - (0.25 + half)) < 1e-12);
});

test('combinations(count, size) gives every subset of the size once', () => {
  assert.deepEqual(combinations(4, 2), [
    [0, 1],
    [0, 2],
    [1, 2],
    [0, 3],
    [1, 3],
    [2, 3],
  ]);
  assert.deepEqual(combinations(3, 3), [[0, 1, 2]]);
  assert.equal(combinations(10, 5).length, 252);
});

test('accuracyBySize(list, labels) looks at all ensembles of each size, worked out by hand', () => {
  const labels = Uint8Array.of(0, 0, 0, 0);
  // Each is wrong on another image, and then only just: two others outvote it.
  const wrongAt = (wrong: number) =>
    tenClasses([0, 1, 2, 3].map((image) => (image === wrong ? [0.45, 0.55] : [0.8, 0.2])));
  const sizes = accuracyBySize([wrongAt(0), wrongAt(1), wrongAt(2), sureOf(1, 1, 1, 1)], labels);
  // Alone 3/4 three times and 0 once. A pair with the last one is lost: (0.8 + 0) / 2 < (0.2 + 1) / 2.
  const [one, two, three, four] = sizes;
  assert.deepEqual(
    sizes.map(({ members, ensembles }) => [members, ensembles]),
    [
      [1, 4],
      [2, 6],
      [3, 4],
      [4, 1],
    ],
  );
  assert.equal(one.mean, 9 / 16);
  assert.ok(Math.abs(one.deviation - Math.sqrt((3 * (3 / 16) ** 2 + (9 / 16) ** 2) / 3)) < 1e-12);
  assert.deepEqual([one.low, one.high], [0, 0.75]);
  assert.deepEqual([two.mean, two.low, two.high], [0.5, 0, 1]);
  // With two others: 1.6 against 1.4 where both are right, 1.25 against 1.75 where one of them is wrong.
  assert.deepEqual([three.mean, three.low, three.high], [(1 + 3 * 0.5) / 4, 0.5, 1]);
  // With three others: 2.4 against 1.6 where all are right, 2.05 against 1.95 where one is wrong.
  assert.deepEqual([four.mean, four.deviation], [1, 0]);
});

test('accuracyBySize(list, labels, { most }) draws from more ensembles, the same for a seed', () => {
  const labels = Uint8Array.of(0, 1, 2);
  const list = Array.from({ length: 6 }, (_, seed) => sureOf(seed % 2, 1, seed % 3));
  const sizes = accuracyBySize(list, labels, { most: 4 });
  assert.deepEqual(
    sizes.map(({ ensembles }) => ensembles),
    [4, 4, 4, 4, 4, 1],
  );
  assert.deepEqual(accuracyBySize(list, labels, { most: 4 }), sizes);
});

test('accuracyBySize(list, labels, { most }) draws different ensembles from more than can be listed', () => {
  const count = 30;
  const labels = new Uint8Array(count).fill(1);
  const list = Array.from({ length: count }, (_, member) =>
    tenClasses(Array.from(labels, (_, image) => (image === member ? [0, 1] : [1, 0]))),
  );
  const seen: number[][] = [];
  const sizes = accuracyBySize(list, labels, {
    most: 3,
    average: (members) => {
      seen.push(members.map((member) => list.indexOf(member as Float32Array)));
      return members[0] as Float32Array;
    },
  });
  assert.equal(sizes[14].ensembles, 3);
  const ofFifteen = seen.filter((members) => members.length === 15);
  assert.equal(new Set(ofFifteen.map((members) => members.join())).size, 3);
  for (const members of ofFifteen) {
    assert.equal(new Set(members).size, 15);
    assert.deepEqual(
      members,
      [...members].sort((one, other) => one - other),
    );
  }
});

test('accuracyBySize(list, labels, { average }) averages as it is told', () => {
  const list = [tenClasses([[1, 0]]), tenClasses([[0.4, 0.6]]), tenClasses([[0.01, 0.99]])];
  const of = (average: typeof averageLogits) =>
    accuracyBySize(list, Uint8Array.of(0), { average })[2].mean;
  assert.deepEqual([of(averageLogits), of(averageProbabilities)], [1, 0]);
});
