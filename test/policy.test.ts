import assert from 'node:assert/strict';
import test from 'node:test';
import { randomPolicy } from '../lib/policy';
import {
  copies,
  distance,
  ramp,
  run,
  runCompiled,
  runRows,
  type Shape,
  surprise,
} from './support/augmentation';

const side = 21;
const image = Array.from({ length: side }, (_, row) =>
  Array.from({ length: side }, (_, column) =>
    row > 4 && row < 16 && column > 4 && column < 16 ? 0.3 + 0.02 * row + 0.01 * column : 0,
  ),
);
const original = image.flat().map(Math.fround);

test('randomPolicy({ strength: 0 }) leaves images as they are', () => {
  const [same] = runRows(randomPolicy({ strength: 0 }), [image]);
  assert.ok(distance(same.flat(), original) < 1e-6);
});

test('randomPolicy({ strength: 1 }) changes each image by one of nine, of which one is nothing', () => {
  const count = 3000;
  const images = runRows(randomPolicy({ strength: 1 }), copies(image, count)).map((rows) =>
    rows.flat(),
  );
  const unchanged = images.filter((pixels) => distance(pixels, original) < 1e-6).length;
  // Very small erased squares also round to nothing.
  assert.ok(surprise(unchanged, count, 1 / 9) < 5, `${unchanged} of ${count} unchanged`);
  const darkened = images.filter((pixels) => {
    const factors = original.flatMap((pixel, place) => (pixel > 0 ? [pixels[place] / pixel] : []));
    return factors[0] < 0.999 && distance(factors, copies(factors[0], factors.length)) < 1e-4;
  }).length;
  assert.ok(surprise(darkened, count, 1 / 18) < 4, `${darkened} of ${count} darkened`);
  assert.ok(images.every((pixels) => pixels.every((pixel) => pixel >= 0 && pixel <= 1)));
});

test('randomPolicy() changes more the larger the strength is', () => {
  const change = (strength: number) => {
    const images = runRows(randomPolicy({ strength }), copies(image, 500));
    return images.flat(2).reduce((sum, pixel, place) => {
      return sum + Math.abs(pixel - original[place % original.length]);
    }, 0);
  };
  const [weak, middle, strong] = [0.1, 0.5, 1].map(change);
  assert.ok(weak > 0 && middle > 2 * weak && strong > 1.3 * middle, `${[weak, middle, strong]}`);
});

test('randomPolicy({ strength: 1.5 }) throws a RangeError that names it', () => {
  assert.throws(() => randomPolicy({ strength: 1.5 }), {
    name: 'RangeError',
    message: 'randomPolicy({ strength: 1.5 }): expected a number from 0 to 1.',
  });
});

test('randomPolicy() compiled gives what it gives run at once, also where no image gets some change', () => {
  for (const count of [1, 2, 20]) {
    const shape: Shape = [count, 9, 11, 2];
    const pixels = ramp(shape);
    const transform = randomPolicy({ strength: 0.8 });
    for (let step = 0; step < 12; step++) {
      const compiled = runCompiled(transform, { pixels, shape }, [1, step, 0]);
      assert.ok(
        distance(compiled.images, run(transform, { pixels, shape }, { step }).images) < 1e-6,
      );
    }
  }
});
