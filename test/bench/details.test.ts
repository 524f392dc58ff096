import assert from 'node:assert/strict';
import test from 'node:test';
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
