import assert from 'node:assert/strict';
import test from 'node:test';
import { seedSpread } from '../lib/plot-seeds';
import { description } from '../lib/theme';

test('seedSpread(recipes) says mean and deviation of each', () => {
  const figure = seedSpread(
    [
      { name: 'one', accuracies: [0.92, 0.94] },
      { name: 'other', accuracies: [0.95] },
    ],
    { title: 'Seeds' },
  );
  assert.equal(
    description(figure),
    'Seeds. Validation accuracy, mean and deviation: ' +
      'one 93.00 % ± 1.41 % (seeds: 2), other 95.00 % (seeds: 1).',
  );
  const [points] = figure.data as { x: number[] }[];
  assert.deepEqual(points.x, [0.92, 0.94, 0.95]);
});
