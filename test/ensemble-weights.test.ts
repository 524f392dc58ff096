import assert from 'node:assert/strict';
import test from 'node:test';
import { averageProbabilities } from '../lib/ensemble';
import {
  bestMember,
  crossFitted,
  equalWeights,
  fittedWeights,
  greedySelection,
  greedyWeights,
  halves,
  judgeChoice,
  rowsAt,
} from '../lib/ensemble-weights';
import { accuracy } from '../lib/evaluation';
import { createRandom } from '../lib/random';
import { sureOf, tenClasses } from './support/probabilities';

const labels = Uint8Array.of(0, 0, 0, 0);

/** Gives class 0 these probabilities, one an image, and class 1 the rest. */
const zeros = (...values: number[]) => tenClasses(values.map((value) => [value, 1 - value]));

test('greedySelection(list, labels, rounds) takes the member that helps most, again if need be', () => {
  const list = [zeros(0.9, 0.9, 0.9, 0.3), zeros(0.2, 0.2, 0.9, 0.6), zeros(0.4, 0.4, 0.4, 0.4)];
  const steps = greedySelection(list, labels, 3);
  // Alone 3, 2 and 0 of 4. With the second: 0.55, 0.55, 0.9, 0.45, as accurate and less sure; with the first
  // again: no change, 0.3 in the last. Then twice the first and once the second, or once and twice.
  assert.deepEqual(
    steps.map(({ member, counts }) => [member, counts]),
    [
      [0, [1, 0, 0]],
      [0, [2, 0, 0]],
      [0, [3, 0, 0]],
    ],
  );
  const even = greedySelection([list[0], zeros(0.2, 0.6, 0.9, 0.8)], labels, 2);
  // (0.9 + 0.2) / 2, (0.9 + 0.6) / 2, 0.9 and (0.3 + 0.8) / 2 are all above a half.
  assert.deepEqual(even[1].counts, [1, 1]);
  assert.equal(even[1].accuracy, 1);
  const expected = -(Math.log(0.55) + Math.log(0.75) + Math.log(0.9) + Math.log(0.55)) / 4;
  assert.ok(Math.abs(even[1].logLoss - expected) < 1e-6);
});

test('greedySelection(list, labels) takes the smaller log loss of equal accuracies', () => {
  const [step] = greedySelection([zeros(0.6, 0.6, 0.6, 0.6), zeros(0.8, 0.8, 0.8, 0.8)], labels);
  assert.equal(step.member, 1);
});

test('greedyWeights(list, labels) stops where the ensemble is best', () => {
  const list = [zeros(0.9, 0.9, 0.9, 0.3), zeros(0.2, 0.6, 0.9, 0.8)];
  assert.deepEqual(greedyWeights(list, labels), [0.5, 0.5]);
});

test('bestMember(list, labels) and equalWeights(list, labels) weigh as their names say', () => {
  const list = [sureOf(0, 1, 1, 1), sureOf(0, 0, 0, 1), sureOf(0, 0, 1, 1)];
  assert.deepEqual(bestMember(list, labels), [0, 1, 0]);
  assert.deepEqual(equalWeights(list, labels), [1 / 3, 1 / 3, 1 / 3]);
});

test('fittedWeights(list, labels) has the least log loss, worked out by hand', () => {
  const list = [zeros(0.8, 0.8, 0.8, 0.2), zeros(0.2, 0.2, 0.2, 0.8)];
  // 3 log(0.2 + 0.6 w) + log(0.8 − 0.6 w) has its maximum at w = 11/12.
  const [first, second] = fittedWeights(list, labels);
  assert.ok(Math.abs(first - 11 / 12) < 1e-4, `${first}`);
  assert.ok(Math.abs(first + second - 1) < 1e-12);
});

test('fittedWeights(list, labels) gives a member that is always better all of the weight', () => {
  const [first] = fittedWeights([zeros(0.9, 0.8, 0.9, 0.8), zeros(0.5, 0.5, 0.5, 0.5)], labels);
  assert.ok(first > 0.999, `${first}`);
  assert.deepEqual(fittedWeights([zeros(0.9, 0.9, 0.9, 0.9)], labels), [1]);
});

test('fittedWeights(list, labels) can bear a probability of 0', () => {
  const weights = fittedWeights([zeros(0, 1, 1, 1), zeros(1, 0, 1, 1)], labels);
  assert.deepEqual(weights, [0.5, 0.5]);
});

test('halves(labels) takes each image once, and half of each class', () => {
  const classes = Uint8Array.of(0, 1, 0, 1, 0, 1, 0, 1);
  const [first, second] = halves(classes);
  assert.deepEqual([...first, ...second].sort(), [0, 1, 2, 3, 4, 5, 6, 7]);
  for (const half of [first, second]) {
    assert.equal(half.filter((place) => classes[place] === 1).length, 2);
  }
});

test('rowsAt(probabilities, places) gives the rows in the order of the places', () => {
  const rows = rowsAt(tenClasses([[1], [0, 1], [0, 0, 1]]), Int32Array.of(2, 0));
  assert.deepEqual(rows, tenClasses([[0, 0, 1], [1]]));
});

test('crossFitted(list, labels, choose) chooses by the half that an image is not in', () => {
  const classes = Uint8Array.from({ length: 8 }, () => 0);
  const [first, second] = halves(classes);
  const list = [new Float32Array(80), new Float32Array(80)];
  // Each member is right on one half alone: chosen by the other half, the wrong one is taken.
  classes.forEach((_, place) => {
    const inFirst = first.includes(place);
    list[0][10 * place + (inFirst ? 0 : 1)] = 1;
    list[1][10 * place + (inFirst ? 1 : 0)] = 1;
  });
  const seen: number[][] = [];
  const averaged = crossFitted(list, classes, (some, few) => {
    seen.push([some.length, few.length]);
    return bestMember(some, few);
  });
  assert.deepEqual(seen, [
    [2, first.length],
    [2, second.length],
  ]);
  assert.equal(accuracy(averaged, classes), 0);
  assert.equal(
    accuracy(
      crossFitted(list, classes, () => [1, 0]),
      classes,
    ),
    0.5,
  );
});

test('crossFitted(list, labels, choose) shows what is left of the best of many that guess', () => {
  const random = createRandom(3);
  const guess = () => Array.from({ length: 400 }, () => random.integer(10));
  const classes = Uint8Array.from(guess());
  const list = Array.from({ length: 30 }, () => sureOf(...guess()));
  const chosen = accuracy(averageProbabilities(list, bestMember(list, classes)), classes);
  const left = accuracy(crossFitted(list, classes, bestMember), classes);
  // A tenth is right by chance; the deviation of 400 guesses is 1.5 points.
  assert.ok(chosen > 0.125, `${chosen}`);
  assert.ok(Math.abs(left - 0.1) < 0.03 && left < chosen - 0.02, `${left}`);
});

test('judgeChoice(list, labels, choose) judges on seen and unseen images, worked out by hand', () => {
  const classes = Uint8Array.from({ length: 8 }, () => 0);
  const [first] = halves(classes);
  const inFirst = Array.from(classes, (_, place) => first.includes(place));
  // Equal weights are wrong on the first half alone, by a little; each chosen member on the other half.
  const list = [
    zeros(...inFirst.map((here) => (here ? 0.9 : 0.4))),
    zeros(...inFirst.map((here) => (here ? 0.05 : 0.9))),
  ];
  const { seen, unseen, chance } = judgeChoice(list, classes, bestMember);
  assert.deepEqual([seen, unseen], [0.5, 0]);
  // Equal weights recognise the four of the second half: 2 · (1/2)⁴.
  assert.equal(chance, 0.125);
});
