/** The images to train and to validate on. The test images are opened by `test-set.ts` alone. */
import type { FileProgress } from './download';
import { classCount, imagePixels } from './idx';
import { findSource, type Part, readTraining, type Source, verifyTest } from './source';
import { DEFAULT_SPLIT_SEED, stratifiedSplit } from './split';

export type { FileProgress };

/** What the labels 0 to 9 stand for. */
export const classNames: readonly string[] = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
];

export interface Split {
  name: 'train' | 'validation' | 'test';
  count: number;
  /** `count` images of 28 x 28 bytes, row after row, 0 (background) to 255. */
  images: Uint8Array;
  /** One an image, 0 to 9: places in {@link classNames}. */
  labels: Uint8Array;
  /** Where each image is in the original file, in ascending order. */
  indices: Int32Array;
}

export interface Dataset {
  train: Split;
  validation: Split;
  /** Mean of all pixels of `train`, on the scale from 0 to 1. */
  mean: number;
  /** Standard deviation of all pixels of `train`, on the same scale. */
  deviation: number;
  /** Names the training files' contents, whatever the split. */
  checksum: string;
  /** The seed that decided which images are for validation. */
  splitSeed: number;
  /** The folder that the files were read from. */
  source: string;
}

export interface DatasetOptions {
  /** The folder to read; else `FASHION_MNIST_DIR`, `data/`, Debian's, or a download into `data/`. */
  directory?: string;
  /** Decides which images are for validation. */
  seed?: number;
  /** How many images to validate on: 10,000 of the 60,000 by default, 0 to train on all of them. */
  validation?: number;
  /** How many of the images to train on, with equal shares of the classes; all of them by default. */
  train?: number;
  /** Told how far a download is. */
  onProgress?: (progress: FileProgress) => void;
}

/** Of the 50,000 training images of the default split; a test compares them with the images. */
const defaultMoments = { mean: 0.2857672268907563, deviation: 0.35292643406129576 };

/**
 * Returns the training images in two parts, stratified by class and always the same for the same seed.
 * All four files are checked, those of the test images too, of which nothing else is read.
 *
 * @throws if the files cannot be found, are damaged, or are not the published ones
 */
export async function loadDataset({
  directory,
  seed = DEFAULT_SPLIT_SEED,
  validation,
  train: wanted,
  onProgress,
}: DatasetOptions = {}): Promise<Dataset> {
  const source = await findSource({ directory, onProgress });
  const [part] = await Promise.all([readTraining(source), verifyTest(source)]);
  const size = validation ?? defaultValidation(part.count);
  const indices = stratifiedSplit(part.labels, { validation: size, seed });
  const chosen = wanted === undefined ? indices.train : some(part, indices.train, { wanted, seed });
  const train = take(part, 'train', chosen);
  return {
    train,
    validation: take(part, 'validation', indices.validation),
    ...(isDefault(source, { seed, size, train }) ? defaultMoments : moments(train.images)),
    checksum: part.checksum,
    splitSeed: seed,
    source: source.folder,
  };
}

/** Returns mean and standard deviation of the bytes divided by 255, from exact whole-number sums. */
export function moments(images: Uint8Array): { mean: number; deviation: number } {
  const counts = new Float64Array(256);
  for (const value of images) counts[value]++;
  const sum = counts.reduce((total, count, value) => total + count * value, 0);
  const squares = counts.reduce((total, count, value) => total + count * value * value, 0);
  const mean = sum / images.length;
  return { mean: mean / 255, deviation: Math.sqrt(squares / images.length - mean * mean) / 255 };
}

/** A sixth of the images, in whole images of each class, and at least one of each. */
function defaultValidation(count: number): number {
  return classCount * Math.max(1, Math.round(count / 6 / classCount));
}

function isDefault(
  source: Source,
  { seed, size, train }: { seed: number; size: number; train: Split },
): boolean {
  const whole = size === 10_000 && train.count === 50_000;
  return source.published && seed === DEFAULT_SPLIT_SEED && whole;
}

/** A part of some images of the file, stratified as the split is. */
function some(
  part: Part,
  indices: Int32Array,
  { wanted, seed }: { wanted: number; seed: number },
): Int32Array {
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > indices.length) {
    throw new RangeError(
      `${wanted} images to train on: expected a whole number from 1 to ${indices.length}.`,
    );
  }
  if (wanted === indices.length) return indices;
  const labels = indices.map((index) => part.labels[index]);
  const places = stratifiedSplit(labels, { validation: wanted, seed }).validation;
  return places.map((place) => indices[place]);
}

function take(part: Part, name: Split['name'], indices: Int32Array): Split {
  const images = new Uint8Array(indices.length * imagePixels);
  indices.forEach((index, place) => {
    const image = part.images.subarray(index * imagePixels, (index + 1) * imagePixels);
    images.set(image, place * imagePixels);
  });
  const labels = Uint8Array.from(indices, (index) => part.labels[index]);
  return { name, count: indices.length, images, labels, indices };
}
