import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { stratifiedSplit } from '../lib/split';

const labels = fc.array(fc.nat(9), { minLength: 1, maxLength: 200 });
const seeds = fc.nat(1_000_000);

/** Any labels, and a count of them that can be validated on. */
const cases = labels.chain((list) =>
  fc.record({
    list: fc.constant(list),
    validation: fc.nat(list.length - 1),
    seed: seeds,
  }),
);

function countOf(label: number, list: number[], places: Iterable<number>): number {
  return [...places].filter((place) => list[place] === label).length;
}

test('stratifiedSplit(labels) puts each place into exactly one part, in ascending order', () => {
  fc.assert(
    fc.property(cases, ({ list, validation, seed }) => {
      const split = stratifiedSplit(list, { validation, seed });
      assert.equal(split.validation.length, validation);
      assert.deepEqual(
        [...split.train, ...split.validation].sort((one, other) => one - other),
        [...list.keys()],
      );
      for (const part of [split.train, split.validation])
        assert.deepEqual(part, part.slice().sort());
    }),
  );
});

test('stratifiedSplit(labels) gives each class its share to within one image', () => {
  fc.assert(
    fc.property(cases, ({ list, validation, seed }) => {
      const split = stratifiedSplit(list, { validation, seed });
      for (let label = 0; label < 10; label++) {
        const share = (countOf(label, list, list.keys()) * validation) / list.length;
        const found = countOf(label, list, split.validation);
        assert.ok(Math.abs(found - share) < 1, `class ${label}: ${found} of ${share}`);
      }
    }),
  );
});

test('stratifiedSplit(labels) gives all classes the same count where that divides', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 20 }), fc.integer({ min: 1 }), seeds, (size, k, seed) => {
      const each = k % size;
      const list = Array.from({ length: 10 * size }, (_, place) => (7 * place) % 10);
      const split = stratifiedSplit(list, { validation: 10 * each, seed });
      for (let label = 0; label < 10; label++) {
        assert.equal(countOf(label, list, split.validation), each);
      }
    }),
  );
});

test('stratifiedSplit(labels, { seed }) gives the same split for the same seed only', () => {
  const list = Array.from({ length: 1000 }, (_, place) => place % 10);
  fc.assert(
    fc.property(seeds, seeds, (seed, other) => {
      const first = stratifiedSplit(list, { validation: 200, seed });
      assert.deepEqual(stratifiedSplit(list, { validation: 200, seed }), first);
      fc.pre(seed !== other);
      assert.notDeepEqual(stratifiedSplit(list, { validation: 200, seed: other }), first);
    }),
  );
});

test('stratifiedSplit(labels) chooses every image of a class equally often over the seeds', () => {
  const list = Array.from({ length: 20 }, (_, place) => place % 2);
  const chosen = new Array<number>(20).fill(0);
  for (let seed = 0; seed < 4000; seed++) {
    for (const place of stratifiedSplit(list, { validation: 4, seed }).validation) chosen[place]++;
  }
  // Each of 800 expected, deviation 25.
  assert.ok(
    chosen.every((count) => Math.abs(count - 800) < 130),
    `${chosen}`,
  );
});

for (const validation of [-1, 3, 4, 0.5, Number.NaN]) {
  test(`stratifiedSplit(3 labels, { validation: ${validation} }) throws an error that says so`, () => {
    assert.throws(
      () => stratifiedSplit([0, 1, 2], { validation, seed: 1 }),
      ({ message }: Error) =>
        message ===
        `${validation} of 3 images to validate on: expected a whole number from 0 to 2.`,
    );
  });
}
