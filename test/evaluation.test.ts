import assert from 'node:assert/strict';
import test from 'node:test';
import {
  accuracy,
  classReport,
  confusionMatrix,
  correctCount,
  discordantCounts,
  logLoss,
  predictedClasses,
  rejectionAt,
  rejectionCurve,
  rightAnswers,
  topClasses,
  topMistakes,
} from '../lib/evaluation';
import { tenClasses } from './support/probabilities';

/** Six images, three classes of the ten in use. The constants below are from scikit-learn 1.9.1. */
const labels = Uint8Array.of(0, 1, 2, 1, 1, 0);
const probabilities = tenClasses([
  [0.7, 0.2, 0.1],
  [0.1, 0.8, 0.1],
  [0.3, 0.3, 0.4],
  [0.6, 0.3, 0.1],
  [0.2, 0.5, 0.3],
  [0.05, 0.05, 0.9],
]);

function rounded<T extends object>(record: T): T {
  const entries = Object.entries(record).map(([key, value]) => [
    key,
    Math.round(value * 1e6) / 1e6,
  ]);
  return Object.fromEntries(entries) as T;
}

test('predictedClasses(probabilities) gives the most probable class, the first of equal ones', () => {
  assert.deepEqual(predictedClasses(probabilities), Uint8Array.of(0, 1, 2, 0, 1, 2));
  assert.deepEqual(predictedClasses(tenClasses([[0, 0.5, 0.5]])), Uint8Array.of(1));
});

test('topClasses(probabilities, image, count) puts the most probable first, the lower of equal ones', () => {
  const rows = tenClasses([[1], [0.25, 0.5, 0.25]]);
  assert.deepEqual(topClasses(rows, 1, 2), [
    { label: 1, probability: 0.5 },
    { label: 0, probability: 0.25 },
  ]);
});

test('accuracy(probabilities, labels) and correctCount(…) count what is recognised', () => {
  assert.equal(correctCount(probabilities, labels), 4);
  assert.equal(accuracy(probabilities, labels), 4 / 6);
});

test('confusionMatrix(probabilities, labels) has a row for each label', () => {
  const matrix = confusionMatrix(probabilities, labels);
  assert.deepEqual(matrix[0], [1, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
  assert.deepEqual(matrix[1], [1, 2, 0, 0, 0, 0, 0, 0, 0, 0]);
  assert.deepEqual(matrix[2], [0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
  assert.deepEqual(matrix.slice(3).flat(), new Array(70).fill(0));
});

test('classReport(probabilities, labels) is precision_recall_fscore_support', () => {
  const report = classReport(probabilities, labels).map(rounded);
  assert.equal(report.length, 10);
  assert.deepEqual(report.slice(0, 4), [
    { label: 0, precision: 0.5, recall: 0.5, f1: 0.5, support: 2 },
    { label: 1, precision: 1, recall: 0.666667, f1: 0.8, support: 3 },
    { label: 2, precision: 0.5, recall: 1, f1: 0.666667, support: 1 },
    { label: 3, precision: 0, recall: 0, f1: 0, support: 0 },
  ]);
});

test('logLoss(probabilities, labels) is log_loss, and finite where a label has probability 0', () => {
  assert.ok(Math.abs(logLoss(probabilities, labels) - 1.0648269142611617) < 1e-7);
  const impossible = logLoss(tenClasses([[1, 0]]), Uint8Array.of(1));
  assert.ok(Math.abs(impossible - 7 * Math.log(10)) < 1e-9);
});

test('topMistakes(probabilities, labels, count) puts the most confident mistake first', () => {
  const [first, second, ...others] = topMistakes(probabilities, labels, 5);
  assert.deepEqual(rounded(first), {
    index: 5,
    label: 0,
    prediction: 2,
    confidence: 0.9,
    labelProbability: 0.05,
  });
  assert.equal(second.index, 3);
  assert.deepEqual(others, []);
  assert.equal(topMistakes(probabilities, labels, 1).length, 1);
});

test('rejectionCurve(probabilities, labels) rejects the least confident first', () => {
  const curve = rejectionCurve(probabilities, labels, { points: 3, most: 1 }).map(rounded);
  assert.deepEqual(curve, [
    { rejected: 0, accuracy: 0.666667, threshold: 0.4 },
    { rejected: 0.5, accuracy: 0.666667, threshold: 0.7 },
    { rejected: 0.833333, accuracy: 0, threshold: 0.9 },
  ]);
});

test('rejectionAt(probabilities, labels, threshold) keeps what is at least so sure', () => {
  const at = (threshold: number) => rounded(rejectionAt(probabilities, labels, threshold));
  assert.deepEqual(at(0), { rejected: 0, accuracy: 0.666667, threshold: 0 });
  assert.deepEqual(at(0.65), { rejected: 0.5, accuracy: 0.666667, threshold: 0.65 });
  assert.deepEqual(at(0.95), { rejected: 1, accuracy: 0, threshold: 0.95 });
});

test('rightAnswers(probabilities, labels) has a 1 for each image that is recognised', () => {
  assert.deepEqual(rightAnswers(probabilities, labels), Uint8Array.of(1, 1, 1, 0, 1, 0));
});

test('discordantCounts(first, second, labels) counts what only one of both recognises', () => {
  const other = probabilities.slice();
  other.set([0.1, 0.9, 0], 30);
  other.set([0.9, 0.1, 0], 10);
  const counts = discordantCounts(probabilities, other, labels);
  assert.deepEqual(counts, { onlyFirst: 1, onlySecond: 1 });
});

test('accuracy(probabilities, labels) refuses what does not belong together', () => {
  assert.throws(() => accuracy(probabilities, labels.subarray(1)), /got 60 for 5/);
  assert.throws(() => accuracy(new Float32Array(0), new Uint8Array(0)), /at least one label/);
  assert.throws(() => accuracy(tenClasses([[1]]), Uint8Array.of(10)), /Label 0 is 10/);
  assert.throws(
    () => accuracy(tenClasses([[1], [Number.NaN]]), Uint8Array.of(0, 0)),
    /Image 1 has a probability that is not a number/,
  );
});
