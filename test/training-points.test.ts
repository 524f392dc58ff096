import assert from 'node:assert/strict';
import test from 'node:test';
import { trainingPoints } from '../lib/training-points';
import type { TrainingProgress } from '../lib/training-progress';

/** The progress of a training whose loss so far in the epoch has this mean. */
const progress = (epoch: number, loss: number) =>
  ({ epoch, loss, accuracy: loss }) as TrainingProgress;

test('trainingPoints(n) gives means since the point before, not since the epoch began', () => {
  const next = trainingPoints(2);
  assert.equal(next(progress(0.25, 8)), undefined);
  assert.deepEqual(next(progress(0.5, 8)), { epoch: 0.5, loss: 8, accuracy: 8 });
  // 8 in the first half and 2 in the second are 5 on average.
  assert.deepEqual(next(progress(1, 5)), { epoch: 1, loss: 2, accuracy: 2 });
});

test('trainingPoints(n) begins anew with each epoch, and has a point at its end', () => {
  const next = trainingPoints(2);
  next(progress(1, 5));
  assert.equal(next(progress(1.25, 1)), undefined);
  assert.deepEqual(next(progress(1.5, 1)), { epoch: 1.5, loss: 1, accuracy: 1 });
  assert.equal(next(progress(1.75, 2))?.epoch, undefined);
  assert.equal(next(progress(2, 2))?.loss, 3);
});

test('trainingPoints(n) gives no point twice', () => {
  const next = trainingPoints(1);
  assert.equal(next(progress(1, 5))?.loss, 5);
  assert.equal(next(progress(1, 5)), undefined);
});
