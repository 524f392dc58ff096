import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { mapImages } from '../lib/augmentation';
import { tf } from '../lib/backend';
import { extractWindows, gatherWindows, type Padding, shift, shiftBy } from '../lib/shifting';
import fixture from './fixtures/augmentation.json';
import {
  copies,
  distance,
  ramp,
  run,
  runRows,
  type Shape,
  unevenness,
} from './support/augmentation';

const image = [
  [1, 2, 3],
  [4, 5, 6],
  [7, 8, 9],
];

const moves: [right: number, down: number, padding: Padding, expected: number[][]][] = [
  [
    1,
    0,
    'zero',
    [
      [0, 1, 2],
      [0, 4, 5],
      [0, 7, 8],
    ],
  ],
  [
    -1,
    1,
    'zero',
    [
      [0, 0, 0],
      [2, 3, 0],
      [5, 6, 0],
    ],
  ],
  [
    1,
    0,
    'reflect',
    [
      [2, 1, 2],
      [5, 4, 5],
      [8, 7, 8],
    ],
  ],
  [
    -2,
    -1,
    'reflect',
    [
      [6, 5, 4],
      [9, 8, 7],
      [6, 5, 4],
    ],
  ],
];
for (const [right, down, padding, expected] of moves) {
  test(`shiftBy() ${right} right, ${down} down, padding '${padding}', moves the pixels there`, () => {
    const transform = mapImages((images) => shiftBy(images, { right, down, padding }));
    assert.deepEqual(runRows(transform, [image]), [expected]);
  });
}

test("shiftBy() with padding 'zero' gives Pillow's translation", () => {
  const { image: square, translate } = fixture.pillow;
  const { right, down, expected } = translate;
  const transform = mapImages((images) => shiftBy(images, { right, down, padding: 'zero' }));
  assert.ok(distance(runRows(transform, [square]).flat(2), expected.flat()) < 1e-6);
});

test('shift({ pixels: 2 }) moves to each of the 25 places equally often', () => {
  const spot = Array.from({ length: 7 }, (_, row) =>
    Array.from({ length: 7 }, (_, column) => (row === 3 && column === 3 ? 1 : 0)),
  );
  const counts = new Array<number>(25).fill(0);
  for (const moved of runRows(shift({ pixels: 2, padding: 'zero' }), copies(spot, 5000))) {
    const place = moved.flat().indexOf(1);
    counts[5 * (Math.floor(place / 7) - 1) + (place % 7) - 1]++;
  }
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    5000,
  );
  assert.ok(unevenness(counts) < 4, `${counts}`);
});

test('shift() gives exactly a whole-pixel move of each image, for any shape', () => {
  const shapes = fc.record({
    height: fc.integer({ min: 1, max: 40 }),
    width: fc.integer({ min: 1, max: 40 }),
    channels: fc.constantFrom(1, 3),
    padding: fc.constantFrom<Padding>('zero', 'reflect'),
    pixels: fc.integer({ min: 0, max: 6 }),
    seed: fc.integer(),
  });
  fc.assert(
    fc.property(shapes, ({ height, width, channels, padding, pixels, seed }) => {
      fc.pre(padding === 'zero' || pixels < Math.min(height, width));
      const shape: Shape = [1, height, width, channels];
      const pixelsOfImage = ramp(shape);
      const moved = run(shift({ pixels, padding }), { pixels: pixelsOfImage, shape }, { seed });
      const candidates = Array.from({ length: (2 * pixels + 1) ** 2 }, (_, place) => {
        const right = (place % (2 * pixels + 1)) - pixels;
        const down = Math.floor(place / (2 * pixels + 1)) - pixels;
        return expectedMove(pixelsOfImage, shape, { right, down, padding });
      });
      return candidates.some((candidate) => distance(candidate, moved.images) === 0);
    }),
    { numRuns: 100 },
  );
});

/** The move worked out pixel by pixel. */
function expectedMove(
  pixels: Float32Array,
  [, height, width, channels]: Shape,
  { right, down, padding }: { right: number; down: number; padding: Padding },
): number[] {
  const mirrored = (place: number, side: number) =>
    place < 0 ? -place : place >= side ? 2 * (side - 1) - place : place;
  return Array.from(pixels, (_, index) => {
    const channel = index % channels;
    let row = Math.floor(index / channels / width) - down;
    let column = (Math.floor(index / channels) % width) - right;
    if (padding === 'reflect') [row, column] = [mirrored(row, height), mirrored(column, width)];
    else if (row < 0 || row >= height || column < 0 || column >= width) return 0;
    return pixels[(row * width + column) * channels + channel];
  });
}

test('shift() throws a RangeError that names what is out of range', () => {
  assert.throws(
    () => shift({ pixels: 1.5 }),
    /shift\(\{ pixels: 1.5 \}\): expected a whole number/,
  );
  assert.throws(() => shift({ pixels: -1 }), /pixels: -1 .* from 0 to 1000 pixels/);
  assert.throws(() => shift({ pixels: 1, padding: 'wrap' as Padding }), /'reflect' or 'zero'/);
  assert.throws(() => runRows(shift({ pixels: 3 }), [image]), /3 × 3 pixels cannot be mirrored 3/);
});

/** Moves one image by each of its ways to move images. */
function movedInEachWay(padding: Padding, [down, right]: [number, number], shape: Shape) {
  return tf.tidy(() => {
    const images = tf.tensor4d(ramp(shape), shape);
    const moves = tf.tensor2d(copies([-down, -right], shape[0]), [shape[0], 2], 'int32');
    const ways = [shiftBy(images, { right, down, padding }), gatherWindows(images, moves, padding)];
    if (padding === 'zero') ways.push(extractWindows(images, moves));
    return ways.map((way) => Array.from(way.dataSync()));
  });
}

test('images are moved alike by padding, by gathering and as windows, whatever the size', () => {
  fc.assert(
    fc.property(
      fc.constantFrom<Padding>('zero', 'reflect'),
      fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -3, max: 3 })),
      fc.tuple(
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 4, max: 9 }),
        fc.integer({ min: 4, max: 9 }),
      ),
      fc.constantFrom(1, 3),
      (padding, move, size, channels) => {
        const [expected, ...others] = movedInEachWay(padding, move, [...size, channels]);
        for (const other of others) assert.deepEqual(other, expected);
      },
    ),
  );
});
