/**
 * Writes test/fixtures/: a set in FashionMNIST's format, small enough to commit and quick to train on.
 * All of its images, those of its test files too, are training images: the test set stays closed.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { loadDataset, type Split } from '../lib/dataset';
import { classCount, imagePixels, imageSide } from '../lib/idx';
import { sha256, writeFileAtomically } from '../lib/integrity';
import { paths } from '../lib/paths';

const trainingImagesOfAClass = 4;
const testImagesOfAClass = 2;

async function main(): Promise<void> {
  const { train } = await loadDataset({ validation: 0 });
  const training = placesOfEachClass(train, 0, trainingImagesOfAClass);
  const test = placesOfEachClass(train, trainingImagesOfAClass, testImagesOfAClass);
  const contents = {
    'train-images-idx3-ubyte': imageFile(train, training),
    'train-labels-idx1-ubyte': labelFile(train, training),
    't10k-images-idx3-ubyte': imageFile(train, test),
    't10k-labels-idx1-ubyte': labelFile(train, test),
  };
  const folder = join(paths.root, 'test', 'fixtures');
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(contents)) {
    await writeFileAtomically(join(folder, `${name}.gz`), gzipSync(bytes, { level: 9 }));
  }
  const lines = Object.entries(contents).map(([name, bytes]) => `${sha256(bytes)}  ${name}\n`);
  await writeFileAtomically(join(folder, 'SHA256SUMS'), lines.join(''));
  console.log(`${training.length} training and ${test.length} test images in ${folder}`);
}

/** The places of `count` images of each class after the first `skipped` of it, in the file's order. */
function placesOfEachClass({ labels }: Split, skipped: number, count: number): number[] {
  const seen = new Array<number>(classCount).fill(0);
  const places: number[] = [];
  labels.forEach((label, place) => {
    const number = seen[label]++;
    if (number >= skipped && number < skipped + count) places.push(place);
  });
  return places;
}

function imageFile({ images }: Split, places: number[]): Buffer {
  const pixels = places.map((place) =>
    images.subarray(place * imagePixels).subarray(0, imagePixels),
  );
  return Buffer.concat([header(2051, places.length, imageSide, imageSide), ...pixels]);
}

function labelFile({ labels }: Split, places: number[]): Buffer {
  return Buffer.concat([
    header(2049, places.length),
    Buffer.from(places.map((place) => labels[place])),
  ]);
}

function header(...numbers: number[]): Buffer {
  const bytes = Buffer.alloc(4 * numbers.length);
  numbers.forEach((number, place) => {
    bytes.writeUInt32BE(number, 4 * place);
  });
  return bytes;
}

main();
