import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { affine, rotate } from '../lib/affine';
import { compose, normalize, type Transform } from '../lib/augmentation';
import { tf } from '../lib/backend';
import { brightness, contrast } from '../lib/brightness';
import { distort } from '../lib/distortion';
import { cutout, erase } from '../lib/erasing';
import { alternatingFlip, flip } from '../lib/flipping';
import { cutmix, mixup } from '../lib/mixing';
import { randomPolicy } from '../lib/policy';
import { repeat } from '../lib/repetition';
import { shift } from '../lib/shifting';
import { distance, ramp, run, runCompiled, runRows, type Shape } from './support/augmentation';

/** Every transform, at a strength that changes images. */
const transforms: Record<string, Transform> = {
  flip: flip(),
  alternatingFlip: alternatingFlip(),
  rotate: rotate({ degrees: 20 }),
  affine: affine({ degrees: 10, translate: 0.1, scale: [0.8, 1.2], shear: 10, fill: 'reflect' }),
  'shift, mirrored': shift({ pixels: 2 }),
  'shift, zero': shift({ pixels: 2, padding: 'zero' }),
  'erase, pixels': erase({ probability: 0.7 }),
  'erase, random': erase({ probability: 0.7, fill: 'random' }),
  'erase, mean': erase({ probability: 0.7, fill: 'mean' }),
  cutout: cutout({ size: 3 }),
  mixup: mixup({ alpha: 0.4 }),
  cutmix: cutmix({ probability: 0.8 }),
  brightness: brightness({ range: 0.4 }),
  contrast: contrast({ range: 0.4 }),
  distort: distort({ amount: 0.3 }),
  randomPolicy: randomPolicy({ strength: 0.8 }),
  'repeat, then mix': compose(repeat({ times: 2 }), mixup({ alpha: 0.4 })),
  composed: compose(alternatingFlip(), affine({ degrees: 10 }), erase(), mixup({ alpha: 0.4 })),
};

/** The same transforms, at strength zero. */
const identities: Record<string, Transform> = {
  rotate: rotate({ degrees: 0 }),
  affine: affine({}),
  shift: shift({ pixels: 0 }),
  erase: erase({ probability: 0 }),
  'erase, no area': erase({ probability: 1, area: [0, 0] }),
  brightness: brightness({ range: 0 }),
  contrast: contrast({ range: 0 }),
  distort: distort({ amount: 0 }),
  composed: compose(),
};

const shapes = fc
  .tuple(
    fc.integer({ min: 1, max: 6 }),
    fc.integer({ min: 3, max: 31 }),
    fc.integer({ min: 3, max: 31 }),
    fc.constantFrom(1, 3),
  )
  .map((shape): Shape => shape);
const few = { numRuns: 25 };

for (const [name, transform] of Object.entries(transforms)) {
  test(`${name}: pixels stay within 0 to 1, labels sum to 1, places stay, for any shape`, () => {
    fc.assert(
      fc.property(shapes, fc.integer(), (shape, seed) => {
        const pixels = ramp(shape);
        const changed = run(transform, { pixels, shape }, { seed });
        assert.ok(changed.images.every((pixel) => pixel >= 0 && pixel <= 1.000001));
        for (const row of changed.labels) assert.ok(Math.abs(row[0] + row[1] - 1) < 1e-6);
        const places = Array.from({ length: shape[0] }, (_, place) => place);
        if (!name.includes('repeat')) assert.deepEqual(changed.indices, places);
      }),
      few,
    );
  });

  test(`${name}: the same seed and step give the same pixels, other ones others`, () => {
    const shape: Shape = [16, 9, 11, 1];
    const given = { pixels: ramp(shape), shape };
    const at = (seed: number, step: number, epoch = 0) =>
      run(transform, given, { seed, step, epoch });
    assert.deepEqual(at(3, 5), at(3, 5));
    const others = name === 'alternatingFlip' ? [at(3, 5, 1)] : [at(3, 6), at(4, 5), at(5, 3)];
    for (const other of others) assert.ok(distance(at(3, 5).images, other.images) > 0);
  });

  test(`${name}: compiled it gives the pixels and labels that it gives run at once`, () => {
    const shape: Shape = [8, 9, 11, 3];
    const pixels = ramp(shape);
    const compiled = runCompiled(transform, { pixels, shape }, [3, 5, 2]);
    const eager = run(transform, { pixels, shape }, { seed: 3, step: 5, epoch: 2 });
    assert.ok(distance(compiled.images, eager.images) < 1e-5);
    assert.ok(distance(compiled.labels, eager.labels.flat()) < 1e-6);
  });

  test(`${name}: leaves no tensors behind within tf.tidy`, () => {
    const shape: Shape = [4, 8, 8, 1];
    const before = tf.memory().numTensors;
    run(transform, { pixels: ramp(shape), shape });
    assert.equal(tf.memory().numTensors, before);
  });

  if (!/mix|composed/.test(name)) {
    test(`${name}: labels are untouched`, () => {
      const shape: Shape = [3, 8, 8, 1];
      const labels = [
        [0.25, 0.75],
        [1, 0],
        [0, 1],
      ];
      assert.deepEqual(run(transform, { pixels: ramp(shape), shape }, { labels }).labels, labels);
    });
  }
}

for (const [name, transform] of Object.entries(identities)) {
  test(`${name} at strength zero leaves images of any shape as they are`, () => {
    fc.assert(
      fc.property(shapes, fc.integer(), (shape, seed) => {
        const pixels = ramp(shape);
        return distance(run(transform, { pixels, shape }, { seed }).images, pixels) < 1e-5;
      }),
      few,
    );
  });
}

test('compose() applies transforms from left to right', () => {
  const halve = brightness({ range: [0.5, 0.5] });
  const add = normalize({ mean: -0.25, deviation: 1 });
  assert.deepEqual(runRows(compose(halve, add), [[[0.5]]]), [[[0.5]]]);
  assert.deepEqual(runRows(compose(add, halve), [[[0.5]]]), [[[0.375]]]);
});

test('transforms of a composition draw independently of each other', () => {
  const shape: Shape = [4000, 1, 2, 1];
  const pixels = Float32Array.from({ length: 8000 }, (_, place) => place % 2);
  const twice = run(compose(flip(), flip()), { pixels, shape }).images;
  const same = twice.filter((pixel, place) => place % 2 === 1 && pixel === 1).length;
  assert.ok(Math.abs(same - 2000) < 130, `${same} of 4000 images mirrored twice or not at all`);
});

test('normalize({ mean, deviation }) gives (pixel − mean) / deviation', () => {
  const [row] = runRows(normalize({ mean: 0.5, deviation: 0.25 }), [[[0, 0.5, 1]]])[0];
  assert.deepEqual(row, [-2, 0, 2]);
});

test('normalize({ deviation: 0 }) throws a RangeError that names it', () => {
  assert.throws(() => normalize({ mean: 0, deviation: 0 }), /normalize\(\{ deviation: 0 \}\)/);
});
