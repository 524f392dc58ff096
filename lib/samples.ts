/** Picks images out of a part of the data set, the same ones for the same seed. */
import { classNames, type Split } from './dataset';
import { imagePixels } from './idx';
import { createRandom, shuffle } from './random';

/** Returns the 784 pixels of the image at `place`, 0 to 255: a view, not a copy. */
export function imageAt({ images, count, name }: Split, place: number): Uint8Array {
  if (!Number.isInteger(place) || place < 0 || place >= count) {
    throw new Error(`There is no image ${place} in ${name}: expected 0 to ${count - 1}.`);
  }
  return images.subarray(place * imagePixels, (place + 1) * imagePixels);
}

/** Returns the images at `places`, in that order. */
export function imagesAt(split: Split, places: ArrayLike<number>): Uint8Array[] {
  return Array.from(places, (place) => imageAt(split, place));
}

/** Returns the places of each class's images in ascending order: ten arrays, by label. */
export function placesOfClasses({ labels }: Pick<Split, 'labels'>): Int32Array[] {
  const places = classNames.map((): number[] => []);
  labels.forEach((label, place) => {
    places[label].push(place);
  });
  return places.map((members) => Int32Array.from(members));
}

/** Returns the places of `count` random images in ascending order, or of all if there are fewer. */
export function samplePlaces({ count: total }: Split, count: number, seed: number): Int32Array {
  const places = Int32Array.from({ length: total }, (_, place) => place);
  return shuffle(places, createRandom(seed)).slice(0, count).sort();
}

/** Returns random places of `count` images of each class: ten arrays, shorter where there are fewer. */
export function samplePlacesOfClasses(split: Split, count: number, seed: number): Int32Array[] {
  const random = createRandom(seed);
  return placesOfClasses(split).map((places) => shuffle(places, random).slice(0, count));
}

/** Returns a part of the data set with only the images at `places`, in that order. */
export function selectImages(split: Split, places: ArrayLike<number>): Split {
  const images = new Uint8Array(places.length * imagePixels);
  imagesAt(split, places).forEach((image, position) => {
    images.set(image, position * imagePixels);
  });
  const labels = Uint8Array.from(places, (place) => split.labels[place]);
  const indices = Int32Array.from(places, (place) => split.indices[place]);
  return { name: split.name, count: places.length, images, labels, indices };
}
