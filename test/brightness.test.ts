import assert from 'node:assert/strict';
import test from 'node:test';
import { brightness, contrast } from '../lib/brightness';
import fixture from './fixtures/augmentation.json';
import { copies, distance, runRows, unevenness } from './support/augmentation';

const { image, ...pillow } = fixture.pillow;
/** Pillow computes with bytes, and takes a whole number for the mean. */
const oneByte = 1.5 / 255;

for (const { factor, expected } of pillow.brightness) {
  test(`brightness() by the factor ${factor} gives Pillow's Brightness`, () => {
    const [changed] = runRows(brightness({ range: [factor, factor] }), [image]);
    assert.ok(distance(changed.flat(), expected.flat()) < oneByte);
  });
}

for (const { factor, expected } of pillow.contrast) {
  test(`contrast() by the factor ${factor} gives Pillow's Contrast`, () => {
    const [changed] = runRows(contrast({ range: [factor, factor] }), [image]);
    assert.ok(distance(changed.flat(), expected.flat()) < oneByte);
  });
}

test('brightness({ range: 0.4 }) draws factors evenly from 0.6 to 1.4, one an image', () => {
  const images = runRows(brightness({ range: 0.4 }), copies([[0.5, 0.25]], 5000));
  const counts = new Array<number>(8).fill(0);
  for (const [[first, second]] of images) {
    assert.ok(Math.abs(first - 2 * second) < 1e-6);
    counts[Math.min(7, Math.floor((first / 0.5 - 0.6) * 10 + 1e-6))]++;
  }
  assert.ok(unevenness(counts) < 4, `${counts}`);
});

test('contrast({ range: 0.4 }) draws factors evenly from 0.6 to 1.4 and keeps the mean', () => {
  const images = runRows(contrast({ range: 0.4 }), copies([[0.4, 0.6]], 5000));
  const counts = new Array<number>(8).fill(0);
  for (const [[first, second]] of images) {
    assert.ok(Math.abs(first + second - 1) < 1e-6);
    counts[Math.max(0, Math.min(7, Math.floor(((second - first) / 0.2 - 0.6) * 10 + 1e-5)))]++;
  }
  assert.ok(unevenness(counts) < 4, `${counts}`);
});

test('brightness() and contrast() cut off what exceeds 0 to 1', () => {
  assert.deepEqual(runRows(brightness({ range: [3, 3] }), [[[0, 0.25, 0.5]]]), [[[0, 0.75, 1]]]);
  assert.deepEqual(runRows(contrast({ range: [4, 4] }), [[[0.25, 0.5, 0.75]]]), [[[0, 0.5, 1]]]);
});

test('brightness() and contrast() throw a RangeError that names what is out of range', () => {
  assert.throws(() => brightness({ range: 1.2 }), /brightness\(\{ range: 1.2 \}\): .* from 0 to 1/);
  assert.throws(() => contrast({ range: [-1, 1] }), /contrast\(\{ range: \[ -1, 1 \] \}\)/);
});
