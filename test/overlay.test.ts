import assert from 'node:assert/strict';
import test from 'node:test';
import { overlaid } from '../lib/overlay';
import { colours } from '../lib/theme';

/** Returns a colour such as `#3f90da` as three numbers. */
function channels(colour: string): number[] {
  return [1, 3, 5].map((start) => Number.parseInt(colour.slice(start, start + 2), 16));
}

test('overlaid(image, map) dims the image and tints it by sign and size, three numbers a pixel', () => {
  const pixels = [...overlaid([200, 200, 200, 200], [0, 1, -9, 0.5], 1)];
  const [none, full, beyond, half] = [0, 3, 6, 9].map((start) => pixels.slice(start, start + 3));
  assert.deepEqual(none, [120, 120, 120]);
  assert.deepEqual(full, channels(colours.wrong));
  assert.deepEqual(beyond, channels(colours.right));
  assert.deepEqual(
    half,
    channels(colours.wrong).map((channel) => Math.round(60 + channel / 2)),
  );
});

test('overlaid(image, map) refuses a map of another size, and a range of nothing', () => {
  assert.throws(() => overlaid([1, 2], [1], 1), /2 pixels got a map of 1 values/);
  assert.throws(() => overlaid([1], [1], 0), /up to 0/);
});
