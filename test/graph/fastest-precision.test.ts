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

for (const [float32, bfloat16, expected] of [
  [120, 100, 'bfloat16'],
  [110, 100, 'float32'],
  [100, 120, 'float32'],
] as const) {
  test(`measuredPrecision() is ${expected} where ${float32} ms stand against ${bfloat16}`, ({
    mock,
  }) => {
    let [calls, now] = [0, 0];
    // The first look is for the end; then in turn: go on? begin and end of float32, begin and end of bfloat16.
    mock.method(performance, 'now', () => {
      const place = calls++ === 0 ? -1 : (calls - 2) % 5;
      now += place === 2 ? float32 : place === 4 ? bfloat16 : 0;
      return now;
    });
    assert.equal(measuredPrecision(), expected);
  });
}

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
