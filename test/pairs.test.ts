import assert from 'node:assert/strict';
import test, { mock } from 'node:test';
import { tf } from '../lib/backend';
import type { Split } from '../lib/dataset';
import { imagePixels } from '../lib/idx';
import { nearestOfClasses } from '../lib/neighbours';
import { closePairs, countPairs, hardestPairs, type Pair, showPairs } from '../lib/pairs';

/** Images of one grey level each. */
function greySplit(name: Split['name'], levels: number[], labels: number[]): Split {
  return {
    name,
    count: levels.length,
    images: Uint8Array.from(levels.flatMap((level) => new Array(imagePixels).fill(level))),
    labels: Uint8Array.from(labels),
    indices: Int32Array.from(levels, (level) => 1000 + level),
  };
}

const train = greySplit('train', [10, 12, 100, 200], [0, 0, 1, 2]);
const validation = greySplit('validation', [101, 198, 11], [1, 1, 0]);

function inWords({ first, second, difference }: Pair): string {
  const words = [first, second].map(({ split, place }) => `${split.name} ${place}`);
  return `${words.join(', ')}: ${difference}`;
}

test('closePairs(one, other, limit) finds pairs within and between two parts', () => {
  const pairs = closePairs(train, validation, 2);
  assert.deepEqual(pairs.map(inWords).sort(), [
    'train 0, train 1: 2',
    'train 0, validation 2: 1',
    'train 1, validation 2: 1',
    'train 2, validation 0: 1',
    'train 3, validation 1: 2',
  ]);
});

test('countPairs(pairs) counts where they are, and those of different labels', () => {
  assert.deepEqual(countPairs(closePairs(train, validation, 2)), {
    withinTraining: 1,
    withinValidation: 0,
    between: 4,
    differentLabels: 1,
  });
});

test('hardestPairs(neighbours, count) takes the closest of another class, no reference twice', () => {
  const neighbours = nearestOfClasses(validation, train);
  // The nearest of another class: 101 to 12 (0), 198 to 200 (2), 11 to 100 (1).
  assert.deepEqual(hardestPairs(neighbours, 2).map(inWords), [
    'validation 1, train 3: 2',
    'validation 0, train 1: 89',
  ]);
  assert.equal(hardestPairs(neighbours, 10).length, 3);
  const twice = greySplit('validation', [198, 199], [1, 1]);
  assert.deepEqual(hardestPairs(nearestOfClasses(twice, train), 10).map(inWords), [
    'validation 1, train 3: 1',
  ]);
});

test('hardestPairs(neighbours, count) is empty where there is one class only', () => {
  const one = greySplit('train', [1, 2], [4, 4]);
  assert.deepEqual(hardestPairs(nearestOfClasses(one, one), 5), []);
});

test('showPairs(pairs) names both images and how far they are apart', async () => {
  const log = mock.method(console, 'log', () => {});
  const before = tf.memory().numTensors;
  await showPairs(closePairs(train, validation, 1));
  await showPairs([]);
  log.mock.restore();
  const texts = log.mock.calls.map(({ arguments: [text] }) => text);
  assert.match(texts[0], /T-shirt\/top no\. 1010, T-shirt\/top no\. 1011, 1\.0 levels apart/);
  assert.equal(texts[1], 'There is no such pair.');
  assert.equal(tf.memory().numTensors, before);
});
