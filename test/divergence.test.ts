import assert from 'node:assert/strict';
import test from 'node:test';
import { DivergenceError, demandFiniteLoss, demandFiniteNumbers } from '../lib/divergence';

const moment = { step: 12, rate: 0.75 };

test('demandFiniteLoss(loss, moment) takes numbers, and tells of others with step and rate', () => {
  demandFiniteLoss(1e30, moment);
  for (const loss of [Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(
      () => demandFiniteLoss(loss, moment),
      (error: Error) =>
        error instanceof DivergenceError &&
        error.message.startsWith(`The loss became ${loss} in step 12 at a learning rate of 0.75.`),
    );
  }
});

test('demandFiniteNumbers(arrays, moment) finds the one number among many, and names its array', () => {
  const arrays = { kernels: new Float32Array(1000), offsets: new Float32Array(10) };
  demandFiniteNumbers(arrays, moment);
  arrays.offsets[9] = Number.NEGATIVE_INFINITY;
  assert.throws(
    () => demandFiniteNumbers(arrays, moment),
    /^DivergenceError: A number of offsets became -Infinity in step 12 at a learning rate of 0\.75\./,
  );
});
