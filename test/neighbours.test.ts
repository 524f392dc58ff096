import assert from 'node:assert/strict';
import test from 'node:test';
import { tf } from '../lib/backend';
import type { Split } from '../lib/dataset';
import { imagePixels } from '../lib/idx';
import { nearestImages, nearestLabels, nearestOfClasses, neighbourShares } from '../lib/neighbours';
import { createRandom } from '../lib/random';

/** Random images with labels 0 to 2. */
function randomSplit(count: number, seed: number): Split {
  const random = createRandom(seed);
  return {
    name: 'train',
    count,
    images: Uint8Array.from({ length: count * imagePixels }, () => random.integer(256)),
    labels: Uint8Array.from({ length: count }, () => random.integer(3)),
    indices: Int32Array.from({ length: count }, (_, place) => place),
  };
}

/** Images of one grey level each. */
function greySplit(levels: number[], labels: number[]): Split {
  return {
    name: 'train',
    count: levels.length,
    images: Uint8Array.from(levels.flatMap((level) => new Array(imagePixels).fill(level))),
    labels: Uint8Array.from(labels),
    indices: Int32Array.from(levels.keys()),
  };
}

function differenceOf(one: Split, place: number, other: Split, otherPlace: number): number {
  let sum = 0;
  for (let pixel = 0; pixel < imagePixels; pixel++) {
    const first = one.images[place * imagePixels + pixel];
    sum += (first - other.images[otherPlace * imagePixels + pixel]) ** 2;
  }
  return Math.sqrt(sum / imagePixels);
}

test('nearestOfClasses(queries, references) finds what a search one by one finds', () => {
  // More than one block of queries.
  const [queries, references] = [randomSplit(1010, 1), randomSplit(40, 2)];
  const found = nearestOfClasses(queries, references);
  for (const query of [0, 1, 998, 999, 1000, 1009]) {
    for (const label of [0, 1, 2]) {
      const all = [...references.labels.keys()].filter((one) => references.labels[one] === label);
      const differences = all.map((place) => differenceOf(queries, query, references, place));
      const least = Math.min(...differences);
      assert.equal(found.differences[query][label], Math.fround(least));
      assert.equal(found.places[query][label], all[differences.indexOf(least)]);
    }
  }
});

test('nearestOfClasses(queries, references) measures in grey levels', () => {
  const found = nearestOfClasses(greySplit([100], [0]), greySplit([90, 130, 250], [0, 1, 1]));
  assert.deepEqual([...found.differences[0].slice(0, 2)], [10, 30]);
  assert.deepEqual([...found.places[0].slice(0, 2)], [0, 1]);
});

test('nearestOfClasses(queries, references) has no neighbour in an empty class', () => {
  const found = nearestOfClasses(greySplit([100], [0]), greySplit([90], [0]));
  assert.equal(found.differences[0][5], Number.POSITIVE_INFINITY);
  assert.equal(found.places[0][5], -1);
});

test('nearestOfClasses(queries, references) leaves no tensor behind', () => {
  const before = tf.memory().numTensors;
  nearestOfClasses(randomSplit(5, 1), randomSplit(5, 2));
  assert.equal(tf.memory().numTensors, before);
});

const queries = greySplit([10, 20, 200, 90], [0, 0, 0, 1]);
const neighbours = nearestOfClasses(queries, greySplit([0, 100, 210], [0, 1, 2]));

test('nearestLabels(neighbours) returns the class of the nearest of all', () => {
  assert.deepEqual([...nearestLabels(neighbours)], [0, 0, 2, 1]);
});

test('neighbourShares(neighbours) returns shares of each class that sum to 1, or 0 without images', () => {
  const shares = neighbourShares(neighbours);
  assert.deepEqual(shares[0].slice(0, 3), [2 / 3, 0, 1 / 3]);
  assert.deepEqual(shares[1].slice(0, 3), [0, 1, 0]);
  assert.deepEqual(shares[2].slice(0, 3), [0, 0, 0]);
});

test('nearestImages(images, count) finds them among more images than it compares at once', () => {
  const many = 1020;
  const random = createRandom(5);
  const noise = Uint8Array.from({ length: many * imagePixels }, () => random.integer(256));
  const { places, distances } = nearestImages(noise, 4);
  assert.deepEqual([places.length, distances.length], [many, many]);
  for (const place of [0, 1, 999, 1000, 1001, 1019]) {
    const expected = Array.from({ length: many }, (_, other) => {
      let squares = 0;
      for (let pixel = 0; pixel < imagePixels; pixel++) {
        squares += (noise[place * imagePixels + pixel] - noise[other * imagePixels + pixel]) ** 2;
      }
      return { other, distance: Math.sqrt(squares) };
    });
    expected.sort((one, two) => one.distance - two.distance);
    assert.deepEqual(
      places[place],
      expected.slice(0, 4).map(({ other }) => other),
    );
    distances[place].forEach((distance, rank) => {
      assert.ok(Math.abs(distance - expected[rank].distance) < 0.1, `image ${place}: ${distance}`);
    });
  }
});
