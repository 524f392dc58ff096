import assert from 'node:assert/strict';
import test from 'node:test';
import {
  classThresholds,
  confidentClasses,
  confidentJoint,
  doubtsOfLabels,
  labelIssues,
} from '../lib/confident-learning';

/** Rows of probabilities for classes 0, 1 and 2; the other seven get none. */
function rows(...given: [number, number, number][]): Float32Array {
  return Float32Array.from(given.flatMap((row) => [...row, 0, 0, 0, 0, 0, 0, 0]));
}

// Thresholds by hand: (0.9 + 0.5 + 0.1) / 3 = 0.5, (0.8 + 0.4) / 2 = 0.6, and 0.3.
const labels = Uint8Array.of(0, 0, 0, 1, 1, 2);
const probabilities = rows(
  [0.9, 0.1, 0],
  [0.5, 0.1, 0.4],
  [0.1, 0.9, 0],
  [0.1, 0.8, 0.1],
  [0.2, 0.4, 0.4],
  [0.51, 0.19, 0.3],
);
const close = (found: number, expected: number) => assert.ok(Math.abs(found - expected) < 1e-6);

test('classThresholds(probabilities, labels) are the mean probabilities of the labels', () => {
  const thresholds = classThresholds(probabilities, labels);
  [0.5, 0.6, 0.3].forEach((expected, label) => {
    close(thresholds[label], expected);
  });
  assert.equal(thresholds[9], Number.POSITIVE_INFINITY);
});

test('confidentClasses(probabilities, labels) are the most probable above their thresholds', () => {
  // The second reaches two thresholds; the fifth is not taken for 1, which is below its threshold.
  assert.deepEqual([...confidentClasses(probabilities, labels)], [0, 0, 1, 1, 2, 0]);
  const unsure = rows([0.9, 0.1, 0], [0.1, 0.9, 0], [0.4, 0.45, 0.15]);
  assert.equal(confidentClasses(unsure, Uint8Array.of(0, 1, 1))[2], -1);
});

test('confidentJoint(probabilities, labels) counts labels against confident classes', () => {
  const joint = confidentJoint(probabilities, labels);
  assert.deepEqual(
    joint.slice(0, 3).map((row) => row.slice(0, 3)),
    [
      [2, 1, 0],
      [0, 1, 1],
      [1, 0, 0],
    ],
  );
});

test('doubtsOfLabels(joint) counts what is off the diagonal and names its largest part', () => {
  const joint = [
    [9, 1, 3],
    [0, 5, 0],
    [2, 0, 0],
  ];
  assert.deepEqual(doubtsOfLabels(joint), [
    { count: 4, suggestion: 2 },
    { count: 0, suggestion: -1 },
    { count: 2, suggestion: 0 },
  ]);
});

test('labelIssues(probabilities, labels) lists what is off the diagonal, the clearest first', () => {
  const issues = labelIssues(probabilities, labels);
  assert.deepEqual(
    issues.map(({ place, label, suggestion }) => [place, label, suggestion]),
    [
      [2, 0, 1],
      [5, 2, 0],
      [4, 1, 2],
    ],
  );
  close(issues[0].labelProbability, 0.1);
  close(issues[0].suggestionProbability, 0.9);
});

test('labelIssues(probabilities, labels) finds labels that were exchanged, and nearly no others', () => {
  // A classifier that gives the true class 0.6 to 0.95; every 50th label is wrong.
  const count = 1000;
  const truths = Uint8Array.from({ length: count }, (_, place) => place % 10);
  const given = truths.map((truth, place) => (place % 50 === 7 ? (truth + 3) % 10 : truth));
  const sure = Float32Array.from({ length: 10 * count }, (_, index) => {
    const [place, label] = [Math.floor(index / 10), index % 10];
    const most = 0.6 + (0.35 * ((place * 7) % 100)) / 100;
    return label === truths[place] ? most : (1 - most) / 9;
  });
  const places = labelIssues(sure, given).map(({ place }) => place);
  const wrong = [...given.keys()].filter((place) => given[place] !== truths[place]);
  assert.equal(wrong.length, 20);
  // Below the threshold, the mean of 0.6 to 0.95, the class is not certain enough.
  const certain = wrong.filter((place) => (place * 7) % 100 >= 55);
  assert.ok(certain.every((place) => places.includes(place)));
  assert.ok(places.every((place) => wrong.includes(place)));
});

test('classThresholds(probabilities, labels) refuses counts that do not belong together', () => {
  assert.throws(() => classThresholds(probabilities, Uint8Array.of(0)), /got 60 for 1/);
});
