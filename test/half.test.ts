import assert from 'node:assert/strict';
import test from 'node:test';
import { toHalf } from '../lib/half';

test('toHalf(values) is what NumPy makes of them', () => {
  // numpy.array(values, dtype=float32).astype(float16).view(uint16), NumPy 2
  const cases = [
    [0, 0x0],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [65519, 0x7bff],
    [0.1, 0x2e66],
    [1 / 3, 0x3555],
    [6.103515625e-5, 0x400],
    [6e-5, 0x3ef],
    [2 ** -24, 0x1],
    [2 ** -25, 0x0],
    [2.980232594040899e-8, 0x1],
    [8.940696716308594e-8, 0x2],
    [1.00048828125, 0x3c00],
    [1.00146484375, 0x3c02],
    [-1e-10, 0x8000],
  ];
  const values = Float32Array.from(cases, ([value]) => value);
  assert.deepEqual(
    toHalf(values),
    Uint16Array.from(cases, ([, bits]) => bits),
  );
});

test('toHalf(values) reads only its own part of a buffer', () => {
  const values = Float32Array.of(5, 1, 5);
  assert.deepEqual(toHalf(values.subarray(1, 2)), Uint16Array.of(0x3c00));
});

test('toHalf(values) gives each 16-bit number back', () => {
  // All finite ones, by the definition: fraction × 2^(exponent - 25), with the leading 1 above the smallest.
  for (let bits = 0; bits < 0x7c00; bits++) {
    const [exponent, fraction] = [bits >> 10, bits & 0x3ff];
    const value = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
    assert.deepEqual([...toHalf(Float32Array.of(value, -value))], [bits, bits | 0x8000]);
  }
});

test('toHalf(values) refuses what 16 bits cannot hold', () => {
  for (const value of [65520, -1e6, Number.POSITIVE_INFINITY, Number.NaN]) {
    assert.throws(
      () => toHalf(Float32Array.of(0, value)),
      /Number 1, .* does not fit into 16 bits/,
    );
  }
});
