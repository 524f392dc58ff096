import assert from 'node:assert/strict';
import test from 'node:test';
import { bestOfEach, imagesPerSecond, oursFor, row, timesAsFast } from '../../bench/results';
import { result } from '../support/contest';

test('row(result) holds the median of the rounds and their 10th to 90th percentile', () => {
  const seconds = [1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2];
  assert.deepEqual(row(result({ seconds, who: 'Keras', variant: 'jit_compile' })), {
    task: 'train',
    network: 'plain',
    precision: 'float32',
    who: 'Keras (jit_compile)',
    batch: 100,
    imagesPerSecond: 100 / 1.5,
    spread: [100 / 1.9, 100 / 1.1],
  });
  assert.equal(row(result()).who, 'this project');
});

test('one slow round does not count', () => {
  assert.equal(imagesPerSecond(result({ seconds: [2, 90, 2] })), 50);
});

test('timesAsFast(first, second) compares round by round, so that a machine that slows down does not count', () => {
  const first = result({ seconds: [1, 2, 4] });
  assert.equal(timesAsFast(first, result({ seconds: [1.5, 3, 6] })), 1.5);
  assert.equal(timesAsFast(result({ seconds: [1.5, 3, 6] }), first), 1 / 1.5);
});

test('bestOfEach(results) keeps the fastest way of each contender, task, precision, network and batch', () => {
  const slow = result({ who: 'PyTorch', variant: 'default', seconds: [3] });
  const fast = result({ who: 'PyTorch', variant: 'torch.compile', seconds: [2.5] });
  const others = [
    result(),
    result({ task: 'predict' }),
    result({ precision: 'bfloat16' }),
    result({ network: 'airbench' }),
    result({ batch: 50 }),
  ];
  assert.deepEqual(bestOfEach([slow, ...others, fast]), [fast, ...others]);
});

test('oursFor(result, results) finds what this project did of the same', () => {
  const mine = result({ precision: 'bfloat16' });
  const results = [result(), mine, result({ precision: 'bfloat16', who: 'Keras' })];
  assert.equal(oursFor(results[2], results), mine);
  assert.equal(oursFor(result({ batch: 3 }), results), undefined);
});
