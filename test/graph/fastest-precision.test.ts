import assert from 'node:assert/strict';
import test from 'node:test';
import { tf } from '../../lib/backend';
import { fastestPrecision, mayGain, measuredPrecision } from '../../lib/graph/fastest-precision';

test('fastestPrecision() is measured once in a process, if at all', () => {
  const tensors = tf.memory().numTensors;
  const first = fastestPrecision();
  assert.ok(['float32', 'bfloat16'].includes(first));
  assert.equal(tf.memory().numTensors, tensors);
  const begin = performance.now();
  assert.equal(fastestPrecision(), first);
  assert.ok(performance.now() - begin < 100);
});

test('measuredPrecision() measures for a second or so, and leaves no tensor', () => {
  const tensors = tf.memory().numTensors;
  const begin = performance.now();
  assert.ok(['float32', 'bfloat16'].includes(measuredPrecision()));
  assert.ok(performance.now() - begin > 500);
  assert.equal(tf.memory().numTensors, tensors);
});

for (const [device, features, expected] of [
  ['CPU', ['avx', 'avx2'], false],
  ['CPU', ['avx', 'avx2', 'avx512f'], false],
  ['CPU', ['avx', 'avx2', 'avx512f', 'avx512_bf16'], true],
  ['CPU', ['avx2', 'avx512f', 'amx_tile', 'amx_bf16'], true],
  ['CPU', ['asimd'], false],
  ['CPU', ['asimd', 'bf16'], true],
  ['CPU', [], true],
  ['GPU', ['avx', 'avx2'], true],
] as const) {
  test(`mayGain(${device}, [${features}]) is ${expected}`, () => {
    assert.equal(mayGain(device, [...features]), expected);
  });
}
