import assert from 'node:assert/strict';
import test from 'node:test';
import { classImages, correlations } from '../lib/class-images';
import { classNames, type Split } from '../lib/dataset';
import { imagePixels } from '../lib/idx';

/** Two trousers, one black and one of grey level 100, and a bag that is half white. */
const split: Split = {
  name: 'train',
  count: 3,
  images: Uint8Array.from({ length: 3 * imagePixels }, (_, position) => {
    const image = Math.floor(position / imagePixels);
    if (image === 2) return position % 2 === 0 ? 255 : 0;
    return 100 * image;
  }),
  labels: Uint8Array.of(1, 1, 8),
  indices: Int32Array.of(0, 1, 2),
};

test('classImages(split) returns the mean and the deviation of each pixel of each class', () => {
  const [, trouser] = classImages(split);
  assert.equal(trouser.name, 'Trouser');
  assert.equal(trouser.count, 2);
  assert.deepEqual([...new Set(trouser.mean)], [50]);
  assert.deepEqual([...new Set(trouser.deviation)], [50]);
});

test('classImages(split) returns the brightness and the share of black pixels', () => {
  const classes = classImages(split);
  assert.deepEqual([classes[1].brightness, classes[1].background], [50, 0.5]);
  assert.deepEqual([classes[8].brightness, classes[8].background], [127.5, 0.5]);
});

test('classImages(split) returns zeros for a class without images', () => {
  const classes = classImages(split);
  assert.equal(classes.length, classNames.length);
  assert.deepEqual([...new Set(classes[0].mean)], [0]);
  assert.deepEqual([classes[0].count, classes[0].brightness, classes[0].background], [0, 0, 0]);
});

const correlationCases: { title: string; images: number[][]; expected: number }[] = [
  {
    title: '1 for the same shape, however bright',
    images: [
      [0, 1, 2],
      [10, 30, 50],
    ],
    expected: 1,
  },
  {
    title: '-1 for the opposite',
    images: [
      [0, 1, 2],
      [2, 1, 0],
    ],
    expected: -1,
  },
  {
    title: '0 for shapes with nothing in common',
    images: [
      [0, 1, 0, 1],
      [0, 0, 1, 1],
    ],
    expected: 0,
  },
  {
    title: '0 for an image of one brightness',
    images: [
      [5, 5, 5],
      [0, 1, 2],
    ],
    expected: 0,
  },
  {
    title: '0.5 for these two',
    images: [
      [1, 2, 3],
      [1, 3, 2],
    ],
    expected: 0.5,
  },
];

for (const { title, images, expected } of correlationCases) {
  test(`correlations(images) is ${title}`, () => {
    const table = correlations(images);
    assert.ok(Math.abs(table[0][1] - expected) < 1e-12, `${table[0][1]}`);
    assert.equal(table[0][1], table[1][0]);
  });
}
