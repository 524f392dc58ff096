import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { cutout, type EraseOptions, erase } from '../lib/erasing';
import {
  copies,
  distance,
  ramp,
  run,
  runRows,
  type Shape,
  surprise,
  unevenness,
} from './support/augmentation';

interface Rectangle {
  top: number;
  left: number;
  height: number;
  width: number;
}

/** Returns the rectangle of pixels below zero, undefined if there are none; throws if they form none. */
function rectangleOf(image: number[][]): Rectangle | undefined {
  const places = image.flatMap((line, row) =>
    line.flatMap((pixel, column) => (pixel === 0 ? [[row, column]] : [])),
  );
  if (places.length === 0) return undefined;
  const [rows, columns] = [0, 1].map((axis) => places.map((place) => place[axis]));
  const [top, left] = [Math.min(...rows), Math.min(...columns)];
  const [height, width] = [Math.max(...rows) - top + 1, Math.max(...columns) - left + 1];
  assert.equal(places.length, height * width, 'The erased pixels are no rectangle.');
  return { top, left, height, width };
}

function bright(height: number, width: number): number[][] {
  return copies(copies(1, width), height);
}

test('erase({ probability }) erases in that share of the images', () => {
  const count = 5000;
  const images = runRows(erase({ probability: 0.3, fill: 0 }), copies(bright(9, 9), count));
  const erased = images.filter((image) => rectangleOf(image) !== undefined).length;
  assert.ok(surprise(erased, count, 0.3) < 4, `${erased} of ${count}`);
});

test('erase({ area, aspect }) draws areas evenly, and aspects evenly on a logarithmic scale', () => {
  const side = 60;
  const transform = erase({ probability: 1, area: [0.05, 0.2], aspect: [0.5, 2], fill: 0 });
  const rectangles = runRows(transform, copies(bright(side, side), 2000)).map(rectangleOf);
  const areas = new Array<number>(5).fill(0);
  const aspects = new Array<number>(4).fill(0);
  for (const { height, width } of rectangles as Rectangle[]) {
    const area = (height * width) / side ** 2;
    const aspect = Math.log2(height / width);
    assert.ok(area > 0.045 && area < 0.21, `${area}`);
    assert.ok(Math.abs(aspect) < 1.1, `${aspect}`);
    areas[Math.max(0, Math.min(4, Math.floor((area - 0.05) / 0.03)))]++;
    aspects[Math.max(0, Math.min(3, Math.floor(2 * (aspect + 1))))]++;
  }
  assert.ok(unevenness(areas) < 6, `${areas}`);
  // Whole pixels put a few more on one side of a bound.
  assert.ok(unevenness(aspects) < 12, `${aspects}`);
});

test('erase() puts a rectangle at each place where it is within the image equally often', () => {
  const transform = erase({ probability: 1, area: [0.25, 0.25], aspect: [1, 1], fill: 0 });
  const counts = new Array<number>(25).fill(0);
  for (const rectangle of runRows(transform, copies(bright(8, 8), 5000)).map(rectangleOf)) {
    const { top, left, height, width } = rectangle as Rectangle;
    assert.deepEqual([height, width], [4, 4]);
    counts[5 * top + left]++;
  }
  assert.ok(unevenness(counts) < 4, `${counts}`);
});

test('erase() keeps the area of a rectangle too long for the image by changing its aspect', () => {
  const transform = erase({ probability: 1, area: [0.5, 0.5], aspect: [4, 8], fill: 0 });
  for (const rectangle of runRows(transform, copies(bright(20, 20), 50)).map(rectangleOf)) {
    assert.deepEqual(rectangle, { ...rectangle, top: 0, height: 20, width: 10 });
  }
});

test('erase() erases one rectangle within the image and nothing else, for any shape and options', () => {
  const range = (low: number, high: number) =>
    fc
      .tuple(
        fc.double({ min: low, max: high, noNaN: true }),
        fc.double({ min: low, max: high, noNaN: true }),
      )
      .map(([a, b]): [number, number] => [Math.min(a, b), Math.max(a, b)]);
  const cases = fc.record({
    height: fc.integer({ min: 1, max: 33 }),
    width: fc.integer({ min: 1, max: 33 }),
    channels: fc.constantFrom(1, 3),
    area: range(0, 1),
    aspect: range(0.05, 20),
    seed: fc.integer(),
  });
  fc.assert(
    fc.property(cases, ({ height, width, channels, area, aspect, seed }) => {
      const shape: Shape = [1, height, width, channels];
      const pixels = ramp(shape);
      const { images } = run(
        erase({ probability: 1, area, aspect, fill: 0 }),
        { pixels, shape },
        { seed },
      );
      const rows = Array.from({ length: height }, (_, row) =>
        Array.from({ length: width }, (_, column) => {
          const start = (row * width + column) * channels;
          const colour = images.slice(start, start + channels);
          const erased = colour.every((value) => value === 0);
          assert.ok(erased || distance(colour, pixels.slice(start, start + channels)) === 0);
          return erased ? 0 : 1;
        }),
      );
      const rectangle = rectangleOf(rows);
      const size = rectangle === undefined ? 0 : rectangle.height * rectangle.width;
      // Each side is rounded by at most half a pixel.
      const slack = (height + width + 1) / 2;
      assert.ok(size >= area[0] * height * width - slack - 1);
      assert.ok(size <= area[1] * height * width + slack + 1);
    }),
    { numRuns: 100 },
  );
});

const half: EraseOptions = { probability: 1, area: [0.5, 0.5], aspect: [1, 1] };

test("erase({ fill }) fills with one random grey, random pixels, the image's mean, or a number", () => {
  const image = bright(10, 10).map((row, index) => row.map(() => (index < 5 ? 0 : 1)));
  const erasedBy = (fill: EraseOptions['fill']) => {
    const images = runRows(erase({ ...half, fill }), copies(image, 200));
    return images.map((rows) => rows.flat().filter((pixel) => pixel !== 0 && pixel !== 1));
  };
  const random = erasedBy('random');
  assert.ok(random.every((greys) => greys.length === 49 && new Set(greys).size === 1));
  const tenths = new Array<number>(10).fill(0);
  for (const grey of random.map(([grey]) => grey)) tenths[Math.floor(10 * grey)]++;
  assert.ok(unevenness(tenths) < 4, `${tenths}`);
  const pixels = erasedBy('pixel');
  assert.ok(pixels.every((greys) => new Set(greys).size > 45));
  const mean = pixels.flat().reduce((sum, grey) => sum + grey, 0) / pixels.flat().length;
  assert.ok(Math.abs(mean - 0.5) < 0.02, `${mean}`);
  assert.ok(erasedBy('mean').every((greys) => distance(greys, copies(0.5, 49)) < 1e-6));
  assert.ok(erasedBy(0.25).every((greys) => distance(greys, copies(0.25, 49)) === 0));
});

test('cutout({ size: 3 }) blackens a square around any pixel, cut off at the edge', () => {
  const counts = new Array<number>(25).fill(0);
  for (const image of runRows(cutout({ size: 3 }), copies(bright(5, 5), 5000))) {
    const { top, left, height, width } = rectangleOf(image) as Rectangle;
    const centre = (start: number, length: number) => (start === 0 ? length - 2 : start + 1);
    counts[5 * centre(top, height) + centre(left, width)]++;
  }
  assert.ok(unevenness(counts) < 4, `${counts}`);
});

test('cutout({ size: 0 }) leaves images as they are', () => {
  assert.deepEqual(runRows(cutout({ size: 0 }), [bright(4, 4)]), [bright(4, 4)]);
});

const wrong: [EraseOptions, RegExp][] = [
  [{ probability: 2 }, /probability: 2 .*from 0 to 1/],
  [{ area: [0.4, 0.2] }, /area: \[ 0.4, 0.2 \] .*low, high/],
  [{ area: [0, 1.1] }, /area: \[ 0, 1.1 \] .*from 0 to 1/],
  [{ aspect: [0, 1] }, /aspect: \[ 0, 1 \] .*from 0.01 to 100/],
  [{ fill: 'noise' as 'pixel' }, /fill: 'noise' .*'random' or 'pixel' or 'mean'/],
  [{ fill: -1 }, /fill: -1 .*from 0 to 1/],
];
for (const [options, message] of wrong) {
  test(`erase(${JSON.stringify(options)}) throws a RangeError that names the option`, () => {
    assert.throws(() => erase(options), { name: 'RangeError', message });
  });
}
