import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { type Dataset, loadDataset, moments, type Split } from '../lib/dataset';
import { imagePixels } from '../lib/idx';
import { sha256 } from '../lib/integrity';
import { paths } from '../lib/paths';
import { debianFolder } from '../lib/published-files';

const directory = join(paths.root, 'test', 'fixtures');
const realFolder = [paths.data, debianFolder].find((folder) =>
  existsSync(join(folder, 'train-images-idx3-ubyte.gz')),
);
const withRealFiles = { skip: realFolder === undefined && 'the FashionMNIST files are not here' };

function countsOfClasses({ labels }: Split): number[] {
  const counts = new Array<number>(10).fill(0);
  for (const label of labels) counts[label]++;
  return counts;
}

function sum(values: ArrayLike<number>): number {
  return Array.from(values).reduce((total, value) => total + value, 0);
}

test('loadDataset() splits 60,000 into 50,000 and 10,000, stratified', withRealFiles, async () => {
  const { train, validation, source, checksum } = await loadDataset({ directory: realFolder });
  assert.equal(source, realFolder);
  assert.equal(checksum, '38831b7b377c44db3c5cc3b7802535a9dc25ac041019251663e7898dbbe606bd');
  assert.deepEqual([train.name, train.count, train.images.length], ['train', 50_000, 39_200_000]);
  assert.deepEqual([validation.name, validation.count], ['validation', 10_000]);
  assert.deepEqual(countsOfClasses(train), new Array(10).fill(5000));
  assert.deepEqual(countsOfClasses(validation), new Array(10).fill(1000));
});

test(
  'loadDataset() gives the split that every published number is based on',
  withRealFiles,
  async () => {
    const { validation } = await loadDataset({ directory: realFolder });
    assert.equal(
      sha256(validation.indices.join()),
      '39edbebcdb7068f9e189b040e6a3d8e7e837ff24f96c9bfb26b94fa001b42f30',
    );
  },
);

test(
  'loadDataset() tells the mean and the deviation of its training images',
  withRealFiles,
  async () => {
    const { train, mean, deviation } = await loadDataset({ directory: realFolder });
    assert.deepEqual({ mean, deviation }, moments(train.images));
  },
);

test('loadDataset({ train }) takes an equal part of each class, and no validation image', async () => {
  const whole = await loadDataset({ directory });
  const { train, validation, mean, deviation } = await loadDataset({ directory, train: 20 });
  assert.deepEqual(countsOfClasses(train), new Array(10).fill(2));
  assert.deepEqual(validation.indices, whole.validation.indices);
  assert.ok(train.indices.every((index) => whole.train.indices.includes(index)));
  assert.deepEqual({ mean, deviation }, moments(train.images));
});

test(
  'loadDataset({ validation: 0 }) gives all 60,000, with the well-known moments',
  withRealFiles,
  async () => {
    const { train, validation, mean, deviation } = await loadDataset({
      directory: realFolder,
      validation: 0,
    });
    assert.equal(train.count, 60_000);
    assert.equal(validation.count, 0);
    assert.deepEqual([mean.toFixed(4), deviation.toFixed(4)], ['0.2860', '0.3530']);
  },
);

test('loadDataset({ directory }) validates on one of each class where there are four', async () => {
  const { train, validation } = await loadDataset({ directory });
  assert.deepEqual(countsOfClasses(train), new Array(10).fill(3));
  assert.deepEqual(countsOfClasses(validation), new Array(10).fill(1));
});

test('loadDataset({ seed }) gives the same split for the same seed and another for another', async () => {
  const split = async (seed: number) => (await loadDataset({ directory, seed })).validation.indices;
  assert.deepEqual(await split(7), await split(7));
  assert.notDeepEqual(await split(7), await split(8));
});

test('loadDataset(options) gives each image with its label and its place in the file', async () => {
  const everything = (await loadDataset({ directory, validation: 0 })).train;
  assert.deepEqual([...everything.indices], [...everything.labels.keys()]);
  for (const part of partsOf(await loadDataset({ directory, validation: 13, seed: 3 }))) {
    part.indices.forEach((index, place) => {
      assert.equal(part.labels[place], everything.labels[index]);
      assert.deepEqual(imageOf(part, place), imageOf(everything, index));
    });
  }
});

function partsOf({ train, validation }: Dataset): Split[] {
  assert.equal(train.count + validation.count, 40);
  return [train, validation];
}

function imageOf({ images }: Split, place: number): Uint8Array {
  return images.slice(place * imagePixels, (place + 1) * imagePixels);
}

test('loadDataset({ validation }) computes the moments of the images that are left', async () => {
  const { train, mean, deviation } = await loadDataset({ directory, validation: 5 });
  const values = Array.from(train.images, (value) => value / 255);
  const average = sum(values) / values.length;
  const variance = sum(values.map((value) => (value - average) ** 2)) / values.length;
  assert.ok(Math.abs(mean - average) < 1e-12);
  assert.ok(Math.abs(deviation - Math.sqrt(variance)) < 1e-12);
});

for (const validation of [40, -1, 2.5]) {
  test(`loadDataset({ validation: ${validation} }) of 40 images throws an error that says so`, async () => {
    await assert.rejects(
      loadDataset({ directory, validation }),
      new RegExp(`${validation} of 40 images to validate on: expected a whole number from 0 to 39`),
    );
  });
}

for (const train of [36, 0, 2.5, Number.NaN]) {
  test(`loadDataset({ train: ${train} }) of 35 training images throws an error that says so`, async () => {
    await assert.rejects(
      loadDataset({ directory, validation: 5, train }),
      new RegExp(`${train} images to train on: expected a whole number from 1 to 35`),
    );
  });
}
