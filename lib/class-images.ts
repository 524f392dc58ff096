/** What the images of each class have in common: counts, mean images, and how alike these are. */
import { classNames, type Split } from './dataset';
import { imagePixels } from './idx';
import { imagesAt, placesOfClasses } from './samples';
import { sum } from './statistics';

/** One class of a part of the data set. */
export interface ClassImages {
  name: string;
  /** How many images the class has. */
  count: number;
  /** The mean of each pixel, 0 to 255. */
  mean: Float32Array;
  /** The standard deviation of each pixel, 0 to 127.5. */
  deviation: Float32Array;
  /** The mean of all pixels, 0 to 255. */
  brightness: number;
  /** The share of pixels that are exactly 0. */
  background: number;
}

/** Returns mean and deviation images, brightness and background of the ten classes, by label. */
export function classImages(split: Split): ClassImages[] {
  return placesOfClasses(split).map((places, label) => ({
    name: classNames[label],
    ...statisticsOf(imagesAt(split, places)),
  }));
}

/** A class without images has zeros everywhere. */
function statisticsOf(images: readonly Uint8Array[]): Omit<ClassImages, 'name'> {
  const sums = new Float64Array(imagePixels);
  const squares = new Float64Array(imagePixels);
  let empty = 0;
  for (const image of images) {
    for (let pixel = 0; pixel < imagePixels; pixel++) {
      const value = image[pixel];
      sums[pixel] += value;
      squares[pixel] += value * value;
      if (value === 0) empty++;
    }
  }
  const count = images.length;
  const mean = sums.map((sum) => sum / (count || 1));
  const variance = squares.map((square, pixel) => square / (count || 1) - mean[pixel] ** 2);
  return {
    count,
    mean: Float32Array.from(mean),
    deviation: Float32Array.from(variance, (value) => Math.sqrt(Math.max(0, value))),
    brightness: sum(mean) / imagePixels,
    background: empty / (count * imagePixels || 1),
  };
}

/**
 * Returns Pearson's correlation of each image with each other, -1 to 1: 1 means the same shape, however
 * bright. An image of one single brightness correlates with nothing: 0.
 */
export function correlations(images: readonly ArrayLike<number>[]): number[][] {
  const directions = images.map(standardised);
  return directions.map((one) =>
    directions.map((other) => one.reduce((sum, value, pixel) => sum + value * other[pixel], 0)),
  );
}

/** Returns the values around their mean, with length 1; all zeros if they are all the same. */
function standardised(values: ArrayLike<number>): number[] {
  const all = Array.from(values);
  const middle = sum(all) / all.length;
  const centred = all.map((value) => value - middle);
  const length = Math.hypot(...centred);
  return centred.map((value) => (length === 0 ? 0 : value / length));
}
