import assert from 'node:assert/strict';
import test from 'node:test';
import type { Split } from '../lib/dataset';
import { imagePixels } from '../lib/idx';
import {
  imageAt,
  imagesAt,
  placesOfClasses,
  samplePlaces,
  samplePlacesOfClasses,
  selectImages,
} from '../lib/samples';

/** Images that are filled with their place, in the original file at ten times that place. */
function splitOf(...labels: number[]): Split {
  return {
    name: 'train',
    count: labels.length,
    images: Uint8Array.from(
      { length: labels.length * imagePixels },
      (_, position) => position / imagePixels,
    ),
    labels: Uint8Array.from(labels),
    indices: Int32Array.from(labels, (_, place) => 10 * place),
  };
}

const split = splitOf(3, 0, 3, 9, 3, 0);

test('imageAt(split, place) returns the pixels of that image without copying them', () => {
  const image = imageAt(split, 2);
  assert.deepEqual([...new Set(image)], [2]);
  assert.equal(image.length, imagePixels);
  assert.equal(image.buffer, split.images.buffer);
});

test('imageAt(split, place) says which places there are when asked for another', () => {
  for (const place of [-1, 6, 1.5, Number.NaN]) {
    assert.throws(() => imageAt(split, place), /no image .* in train: expected 0 to 5/);
  }
});

test('imagesAt(split, places) keeps the order of the places', () => {
  assert.deepEqual(
    imagesAt(split, [5, 0]).map(([pixel]) => pixel),
    [5, 0],
  );
});

test('placesOfClasses(split) returns ten lists, empty for a class without images', () => {
  const places = placesOfClasses(split).map((members) => [...members]);
  assert.deepEqual(places, [[1, 5], [], [], [0, 2, 4], [], [], [], [], [], [3]]);
});

test('samplePlaces(split, count, seed) draws without repetition, the same for the same seed', () => {
  const large = splitOf(...new Array<number>(100).fill(1));
  const places = samplePlaces(large, 20, 7);
  assert.equal(new Set(places).size, 20);
  assert.deepEqual(
    [...places],
    [...places].sort((one, other) => one - other),
  );
  assert.deepEqual(samplePlaces(large, 20, 7), places);
  assert.notDeepEqual(samplePlaces(large, 20, 8), places);
});

test('samplePlaces(split, count, seed) returns all places where there are fewer than asked for', () => {
  assert.deepEqual([...samplePlaces(split, 2000, 1)], [0, 1, 2, 3, 4, 5]);
});

test('samplePlacesOfClasses(split, count, seed) draws so many of each class, or all it has', () => {
  const places = samplePlacesOfClasses(split, 2, 1);
  assert.deepEqual(
    places.map((members) => members.length),
    [2, 0, 0, 2, 0, 0, 0, 0, 0, 1],
  );
  places.forEach((members, label) => {
    for (const place of members) assert.equal(split.labels[place], label);
  });
});

test('selectImages(split, places) takes pixels, labels and original numbers along', () => {
  const selected = selectImages(split, [4, 1]);
  assert.equal(selected.count, 2);
  assert.deepEqual([...selected.labels], [3, 0]);
  assert.deepEqual([...selected.indices], [40, 10]);
  assert.deepEqual([selected.images[0], selected.images[imagePixels]], [4, 1]);
});
