import assert from 'node:assert/strict';
import test from 'node:test';
import { tf } from '../lib/backend';
import { imagePixels } from '../lib/idx';
import { createRandom } from '../lib/random';
import { type Map2d, umap } from '../lib/umap';

const groups = 3;
const count = 60;
const groupOf = (place: number) => place % groups;

/** Images of three kinds, each white in a third of its own, with noise. */
function threeKinds(count: number): Uint8Array {
  const random = createRandom(3);
  return Uint8Array.from({ length: count * imagePixels }, (_, index) => {
    const third = Math.floor((groups * (index % imagePixels)) / imagePixels);
    const isWhite = third === groupOf(Math.floor(index / imagePixels));
    return (isWhite ? 180 : 0) + random.integer(60);
  });
}

const images = threeKinds(count);

/** All on one spot, nearly: the groups must come from the images. */
function start(length = count): Map2d {
  const random = createRandom(4);
  const values = () => Float32Array.from({ length }, () => random.uniform());
  return [values(), values()];
}

/** The image that lies next to another one in a map. */
function nextTo([x, y]: Map2d, place: number): number {
  const distances = Array.from(x, (_, other) =>
    other === place
      ? Number.POSITIVE_INFINITY
      : Math.hypot(x[place] - x[other], y[place] - y[other]),
  );
  return distances.indexOf(Math.min(...distances));
}

test('umap(images, start) puts the neighbours of an image next to it', () => {
  const map = umap(images, start(), { seed: 1, neighbours: 8 });
  for (let place = 0; place < count; place++) {
    assert.equal(groupOf(nextTo(map, place)), groupOf(place), `image ${place}`);
  }
});

test('umap(images, start, { seed }) draws the same map for the same seed', () => {
  const options = { neighbours: 8, epochs: 20 };
  const map = umap(images, start(), { seed: 1, ...options });
  assert.deepEqual(umap(images, start(), { seed: 1, ...options }), map);
  assert.notDeepEqual(umap(images, start(), { seed: 2, ...options }), map);
});

test('umap(images, start) keeps groups where they start', () => {
  const far: Map2d = [
    Float32Array.from({ length: count }, (_, place) => 100 * (groupOf(place) - 1)),
    new Float32Array(count),
  ];
  const [x] = umap(images, far, { seed: 1, neighbours: 8 });
  const middle = (group: number) => {
    const members = x.filter((_, place) => groupOf(place) === group);
    return members.reduce((sum, value) => sum + value, 0) / members.length;
  };
  assert.ok(middle(0) < middle(1) && middle(1) < middle(2));
});

test('umap(images, start) takes fewer images than neighbours, exact duplicates, and no fewer than 3', () => {
  const few = images.slice(0, 4 * imagePixels);
  few.copyWithin(0, imagePixels, 2 * imagePixels);
  const some: Map2d = [new Float32Array(4), new Float32Array(4)];
  const [x, y] = umap(few, some, { seed: 1, epochs: 10 });
  assert.ok([...x, ...y].every(Number.isFinite));
  assert.throws(() => umap(few.slice(0, 2 * imagePixels), some, { seed: 1 }), /at least three/);
  assert.throws(() => umap(images, some, { seed: 1 }), /60 images start at 4 and 4 places/);
});

test('umap(images, start) leaves no tensor behind', () => {
  const before = tf.memory().numTensors;
  umap(images, start(), { seed: 1, epochs: 2 });
  assert.equal(tf.memory().numTensors, before);
});
