import assert from 'node:assert/strict';
import test from 'node:test';
import {
  coverage,
  disagreementMatrix,
  entropyAt,
  mostDisputed,
  pairReport,
  sharedMistakes,
} from '../lib/disagreement';
import { sureOf, tenClasses } from './support/probabilities';

const labels = Uint8Array.of(0, 1, 2, 3, 4);
const list = [sureOf(0, 1, 2, 9, 9), sureOf(0, 1, 9, 9, 9), sureOf(0, 9, 9, 8, 9)];

test('disagreementMatrix(list) counts the images with different classes, by hand', () => {
  assert.deepEqual(disagreementMatrix(list), [
    [0, 0.2, 0.6],
    [0.2, 0, 0.4],
    [0.6, 0.4, 0],
  ]);
});

test('coverage(list, labels) counts what all, one and none recognise, by hand', () => {
  assert.deepEqual(coverage(list, labels), { all: 0.2, any: 0.6, none: 0.4, sameMistake: 0.2 });
});

test('pairReport(first, second, labels) compares two, by hand', () => {
  // The first is wrong on 2 images, the last on 4, both on 2.
  assert.deepEqual(pairReport(list[0], list[2], labels), {
    disagreement: 0.6,
    doubleFault: 0.4,
    sharedMistakes: 2 / 3,
  });
  const perfect = sureOf(...labels);
  assert.equal(pairReport(perfect, perfect, labels).sharedMistakes, 0);
});

test('sharedMistakes(list, labels) is the mean over all pairs, by hand', () => {
  // They are wrong on 2, 3 and 4 images; the first two share 2, the last two 3, first and last 2.
  const expected = (2 / 2.5 + 3 / 3.5 + 2 / 3) / 3;
  assert.ok(Math.abs(sharedMistakes(list, labels) - expected) < 1e-12);
});

test('mostDisputed(list, count) puts distributions that are far apart first', () => {
  const first = tenClasses([[0.5, 0.5], [1], [0.9, 0.1]]);
  const second = tenClasses([
    [0.5, 0.5],
    [0, 1],
    [0.6, 0.4],
  ]);
  const [most, next, ...others] = mostDisputed([first, second], 2);
  assert.deepEqual(others, []);
  assert.equal(most.index, 1);
  assert.ok(Math.abs(most.dispute - Math.LN2) < 1e-6);
  const h = (p: number) => -p * Math.log(p) - (1 - p) * Math.log(1 - p);
  assert.equal(next.index, 2);
  assert.ok(Math.abs(next.dispute - (h(0.75) - (h(0.9) + h(0.6)) / 2)) < 1e-6);
});

test('mostDisputed(list, count) counts the votes, the most first', () => {
  const [{ votes }] = mostDisputed([sureOf(4), sureOf(2), sureOf(7), sureOf(2)], 1);
  assert.deepEqual(votes, [
    { label: 2, count: 2 },
    { label: 4, count: 1 },
    { label: 7, count: 1 },
  ]);
});

test('entropyAt(probabilities, image) is log 10 of an even distribution, 0 of a sure one', () => {
  const rows = tenClasses([new Array(10).fill(0.1), [0, 1]]);
  assert.ok(Math.abs(entropyAt(rows, 0) - Math.log(10)) < 1e-6);
  assert.equal(entropyAt(rows, 1), 0);
});

test('coverage(list, labels) refuses what does not belong together', () => {
  assert.throws(() => coverage(list, labels.subarray(1)), /Expected 10 probabilities/);
});
