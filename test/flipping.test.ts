import assert from 'node:assert/strict';
import test from 'node:test';
import { alternatingFlip, flip } from '../lib/flipping';
import { copies, run, runRows, surprise } from './support/augmentation';

const image = [
  [0.1, 0.2, 0.3],
  [0.4, 0.5, 0.6],
];
const mirrored = [
  [0.3, 0.2, 0.1],
  [0.6, 0.5, 0.4],
].map((row) => row.map(Math.fround));
const plain = image.map((row) => row.map(Math.fround));

test('flip({ probability: 1 }) exchanges left and right, not up and down', () => {
  assert.deepEqual(runRows(flip({ probability: 1 }), [image]), [mirrored]);
});

test('flip({ probability: 0 }) leaves images as they are', () => {
  assert.deepEqual(runRows(flip({ probability: 0 }), [image]), [plain]);
});

for (const probability of [0.1, 0.5]) {
  test(`flip({ probability: ${probability} }) mirrors that share of the images`, () => {
    const count = 10_000;
    const flipped = runRows(flip({ probability }), copies(image, count));
    const mirroredCount = flipped.filter(([[first]]) => first === Math.fround(0.3)).length;
    assert.ok(surprise(mirroredCount, count, probability) < 4, `${mirroredCount} of ${count}`);
  });
}

for (const probability of [-0.1, 1.1, Number.NaN]) {
  test(`flip({ probability: ${probability} }) throws a RangeError that names it`, () => {
    assert.throws(() => flip({ probability }), {
      name: 'RangeError',
      message: `flip({ probability: ${probability} }): expected a number from 0 to 1.`,
    });
  });
}

/** Returns for each index whether its image is mirrored in an epoch. */
function turns(indices: number[], { epoch = 0, seed = 1 } = {}): boolean[] {
  const pixels = copies([0, 1], indices.length).flat();
  const shape: [number, number, number, number] = [indices.length, 1, 2, 1];
  const { images } = run(alternatingFlip(), { pixels, shape }, { epoch, seed, indices });
  return indices.map((_, place) => images[2 * place] === 1);
}

const all = Array.from({ length: 60_000 }, (_, index) => index);

test('alternatingFlip() mirrors each image in every other epoch, whatever the seed and the order', () => {
  const first = turns(all);
  assert.deepEqual(
    turns(all, { epoch: 1 }),
    first.map((turn) => !turn),
  );
  assert.deepEqual(turns(all, { epoch: 6, seed: 9 }), first);
  const reversed = turns([...all].reverse());
  assert.deepEqual(reversed.reverse(), first);
});

test('alternatingFlip() mirrors half of the images, without a pattern over their places', () => {
  const first = turns(all);
  const share = (places: number[]) => [
    places.filter((place) => first[place]).length,
    places.length,
  ];
  const groups = [
    all,
    ...Array.from({ length: 10 }, (_, rest) => all.filter((place) => place % 10 === rest)),
    ...Array.from({ length: 8 }, (_, rest) => all.filter((place) => place % 8 === rest)),
    all.slice(0, 2000),
  ];
  for (const group of groups) {
    const [count, size] = share(group);
    assert.ok(surprise(count, size, 0.5) < 4, `${count} of ${size}`);
  }
  // Neighbours are alike half of the time.
  const alike = all.slice(1).filter((place) => first[place] === first[place - 1]).length;
  assert.ok(surprise(alike, all.length - 1, 0.5) < 4, `${alike} neighbours alike`);
});
