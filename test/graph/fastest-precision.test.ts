import assert from 'node:assert/strict';
import test from 'node:test';
import { tf } from '../../lib/backend';
import { fastestPrecision } from '../../lib/graph/fastest-precision';

test('fastestPrecision() measures once in a process, and leaves no tensor', () => {
  const tensors = tf.memory().numTensors;
  const start = performance.now();
  const first = fastestPrecision();
  const measured = performance.now() - start;
  assert.ok(['float32', 'bfloat16'].includes(first));
  const again = performance.now();
  assert.equal(fastestPrecision(), first);
  assert.ok(performance.now() - again < measured / 10);
  assert.equal(tf.memory().numTensors, tensors);
});
