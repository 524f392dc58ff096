import assert from 'node:assert/strict';
import test from 'node:test';
import { numbersOf } from '../../bench/contenders';
import { coreCounts } from '../../bench/details';

test('coreCounts(all) is 1, 2, 4, … and all of them', () => {
  assert.deepEqual([1, 2, 3, 4, 6].map(coreCounts), [
    [1],
    [1, 2],
    [1, 2, 3],
    [1, 2, 4],
    [1, 2, 4, 6],
  ]);
});

test('numbersOf(list) names each processor of a list as the kernel writes it', () => {
  assert.deepEqual(numbersOf('0-1'), [0, 1]);
  assert.deepEqual(numbersOf('2,5-7,9'), [2, 5, 6, 7, 9]);
});
