import assert from 'node:assert/strict';
import test from 'node:test';
import { tf } from '../lib/backend';
import { closePlaces } from '../lib/duplicates';
import { imagePixels } from '../lib/idx';
import { createRandom } from '../lib/random';

/** 60 smooth random images, of which some are repeated with a little noise. */
function imagesWithTwins(): Uint8Array {
  const random = createRandom(3);
  const images = new Uint8Array(60 * imagePixels);
  for (let image = 0; image < 60; image++) {
    const [level, slope, noise] = [random.integer(150), 4 * random.uniform(), random.integer(12)];
    for (let pixel = 0; pixel < imagePixels; pixel++) {
      const twin = images[(image - 1) * imagePixels + pixel];
      const value = image % 3 === 2 ? twin : level + slope * (pixel % 28);
      images[image * imagePixels + pixel] = Math.min(255, value + noise * random.uniform());
    }
  }
  return images;
}

function differenceOf(images: Uint8Array, one: number, other: number): number {
  let sum = 0;
  for (let pixel = 0; pixel < imagePixels; pixel++) {
    sum += (images[one * imagePixels + pixel] - images[other * imagePixels + pixel]) ** 2;
  }
  return Math.sqrt(sum / imagePixels);
}

function pairsOneByOne(images: Uint8Array, limit: number): string[] {
  const pairs: string[] = [];
  for (let first = 0; first < images.length / imagePixels; first++) {
    for (let second = first + 1; second < images.length / imagePixels; second++) {
      if (differenceOf(images, first, second) <= limit) pairs.push(`${first} ${second}`);
    }
  }
  return pairs.sort();
}

const images = imagesWithTwins();

for (const limit of [0, 3, 6, 20]) {
  test(`closePlaces(images, ${limit}) finds what a search one by one finds`, () => {
    const pairs = closePlaces(images, limit);
    assert.deepEqual(pairs.map(({ first, second }) => `${first} ${second}`).sort(), [
      ...pairsOneByOne(images, limit),
    ]);
    for (const { first, second, difference } of pairs) {
      assert.equal(difference, differenceOf(images, first, second));
    }
  });
}

test('closePlaces(images, 0) finds exact duplicates, each pair of a group of three', () => {
  const same = new Uint8Array(4 * imagePixels).map((_, position) => (position * 7) % 251);
  same.copyWithin(imagePixels, 0, imagePixels);
  same.copyWithin(3 * imagePixels, 0, imagePixels);
  assert.deepEqual(closePlaces(same, 0), [
    { first: 0, second: 1, difference: 0 },
    { first: 0, second: 3, difference: 0 },
    { first: 1, second: 3, difference: 0 },
  ]);
});

test('closePlaces(images, limit) puts the closest pairs first', () => {
  const differences = closePlaces(images, 20).map(({ difference }) => difference);
  assert.ok(differences.length > 20);
  assert.deepEqual(
    differences,
    [...differences].sort((one, other) => one - other),
  );
});

test('closePlaces(images, limit) refuses to collect more pairs than anybody looks at', () => {
  // 1,420 equal images make 1,007,490 pairs.
  const equal = new Uint8Array(1420 * imagePixels);
  assert.throws(() => closePlaces(equal, 5), /More than 1,000,000 pairs differ by at most 5/);
});

test('closePlaces(images, limit) refuses a limit below 0 and one that is no number', () => {
  for (const limit of [-1, Number.NaN]) {
    assert.throws(() => closePlaces(images, limit), /expected a number of at least 0/);
  }
});

test('closePlaces(images, limit) leaves no tensor behind', () => {
  const before = tf.memory().numTensors;
  closePlaces(images, 5);
  assert.equal(tf.memory().numTensors, before);
});
