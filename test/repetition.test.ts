import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { compose } from '../lib/augmentation';
import { repeat } from '../lib/repetition';
import { shift } from '../lib/shifting';
import { distance, ramp, run, type Shape } from './support/augmentation';

/** One grey an image, and labels that tell the images apart. */
function numbered(count: number) {
  const shape: Shape = [count, 1, 1, 1];
  const pixels = Array.from({ length: count }, (_, index) => index);
  const labels = pixels.map((index) => [index / count, 1 - index / count]);
  return { given: { pixels, shape }, labels };
}

test('repeat({ times: 3 }) fills a batch of eight with its first three images, in turn', () => {
  const { given, labels } = numbered(8);
  const changed = run(repeat({ times: 3 }), given, { labels });
  const places = [0, 1, 2, 0, 1, 2, 0, 1];
  assert.deepEqual(changed.images, places);
  assert.deepEqual(changed.indices, places);
  assert.deepEqual(
    changed.labels,
    places.map((place) => labels[place].map(Math.fround)),
  );
});

test('repeat({ times }) keeps the size of any batch, and neighbours apart where it can', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 9 }), (count, times) => {
      const { images } = run(repeat({ times }), numbered(count).given);
      assert.equal(images.length, count);
      const distinct = new Set(images).size;
      assert.equal(distinct, Math.ceil(count / times));
      const alike = images.slice(1).filter((image, index) => image === images[index]);
      assert.equal(alike.length, distinct > 1 ? 0 : count - 1);
    }),
  );
});

test('repeat({ times: 1 }) changes nothing', () => {
  const { given } = numbered(5);
  assert.deepEqual(run(repeat({ times: 1 }), given).images, given.pixels);
});

test('what follows repeat() changes each copy in a way of its own', () => {
  const shape: Shape = [12, 9, 9, 1];
  const transform = compose(repeat({ times: 2 }), shift({ pixels: 2 }));
  const { images } = run(transform, { pixels: ramp(shape), shape });
  const pairs = Array.from({ length: 6 }, (_, index) =>
    [index, index + 6].map((place) => images.slice(81 * place, 81 * (place + 1))),
  );
  const different = pairs.filter(([first, second]) => distance(first, second) > 0).length;
  assert.ok(different >= 4, `${different} of 6`);
});

test('repeat({ times }) throws a RangeError that names a wrong number', () => {
  for (const times of [0, 1.5, 101]) {
    const message = `repeat({ times: ${times} }): expected a whole number from 1 to 100.`;
    assert.throws(() => repeat({ times }), { name: 'RangeError', message });
  }
});
