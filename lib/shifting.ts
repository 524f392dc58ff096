/** Shifts by whole pixels. */
import { mapImages, type Transform } from './augmentation';
import { device, tf } from './backend';
import { attribute, native } from './graph/native';
import { checkNumber, checkWord } from './ranges';

/** What comes in at an edge: black, or the image mirrored about its outermost pixels. */
export type Padding = 'reflect' | 'zero';

const paddings: readonly Padding[] = ['reflect', 'zero'];

export interface ShiftOptions {
  /** The furthest an image moves in each direction. */
  pixels: number;
  padding?: Padding;
}

/**
 * Returns the transform that moves each image by whole pixels, from −pixels to pixels across and down,
 * each equally likely.
 *
 * @throws {RangeError} naming the option that is out of its range; when used, if `pixels` is not less
 *   than the sides of the images and the padding is `'reflect'`
 */
export function shift({ pixels, padding = 'reflect' }: ShiftOptions): Transform {
  checkNumber('shift', { pixels }, { low: 0, high: 1000, unit: 'pixels', whole: true });
  checkWord('shift', { padding }, paddings);
  return mapImages((images, { random }) => {
    if (pixels === 0) return images;
    if (padding === 'reflect') requireRoom(images.shape, pixels);
    const moves = random.integers([images.shape[0], 2], -pixels, pixels + 1) as tf.Tensor2D;
    return padding === 'zero' && device() === 'CPU'
      ? extractWindows(images, moves)
      : gatherWindows(images, moves, padding);
  });
}

/** Returns all images moved by the same whole pixels: `right` and `down`, negative for left and up. */
export function shiftBy(
  images: tf.Tensor4D,
  { right, down, padding = 'reflect' }: { right: number; down: number; padding?: Padding },
): tf.Tensor4D {
  const pixels = Math.max(Math.abs(right), Math.abs(down));
  if (pixels === 0) return images;
  const start = [0, pixels - down, pixels - right, 0];
  return tf.slice(widen(images, pixels, padding), start, images.shape);
}

/** Adds `pixels` rows and columns on each side. */
function widen(images: tf.Tensor4D, pixels: number, padding: Padding): tf.Tensor4D {
  const sides: [number, number][] = [
    [0, 0],
    [pixels, pixels],
    [pixels, pixels],
    [0, 0],
  ];
  if (padding === 'zero') return tf.pad(images, sides);
  requireRoom(images.shape, pixels);
  return tf.mirrorPad(images, sides, 'reflect');
}

/** Throws if images are too small to be mirrored so far beyond their edges. */
function requireRoom([, height, width]: readonly number[], pixels: number): void {
  if (pixels < Math.min(height, width)) return;
  throw new RangeError(
    `Images of ${height} × ${width} pixels cannot be mirrored ${pixels} pixels beyond their edges: ` +
      "shift by less than a side, or with padding 'zero'.",
  );
}

/**
 * Moves each image up and to the left by whole pixels, int32 [n, 2], filling with black: by one operation,
 * which has no version for GPUs.
 */
export function extractWindows(images: tf.Tensor4D, moves: tf.Tensor2D): tf.Tensor4D {
  const [, height, width] = images.shape;
  const corners = tf.cast(moves, 'float32');
  return native('ExtractGlimpseV2', {
    inputs: [images, tf.tensor1d([height, width], 'int32'), corners],
    attributes: [
      attribute.boolean('centered', false),
      attribute.boolean('normalized', false),
      attribute.boolean('uniform_noise', false),
      attribute.string('noise', 'zero'),
    ],
  });
}

/** Moves each image up and to the left by whole pixels, int32 [n, 2]: its rows, then its columns. */
export function gatherWindows(
  images: tf.Tensor4D,
  moves: tf.Tensor2D,
  padding: Padding,
): tf.Tensor4D {
  const [up, left] = tf.split(moves, 2, 1);
  return swapSides(moveRows(swapSides(moveRows(images, up, padding)), left, padding));
}

/** Exchanges height and width. */
function swapSides(images: tf.Tensor4D): tf.Tensor4D {
  return tf.transpose(images, [0, 2, 1, 3]);
}

/** Moves the rows of each image upwards by whole pixels, int32 [n, 1]; negative downwards. */
function moveRows(images: tf.Tensor4D, pixels: tf.Tensor, padding: Padding): tf.Tensor4D {
  const [count, height, width, channels] = images.shape;
  const whole = (value: number) => tf.scalar(value, 'int32');
  const source = tf.add(tf.range(0, height, 1, 'int32'), pixels);
  const first = tf.reshape(tf.range(0, count * height, height, 'int32'), [count, 1]);
  const rows = tf.reshape(images, [count * height, width * channels]);
  if (padding === 'reflect') {
    const last = whole(height - 1);
    const mirrored = tf.sub(last, tf.abs(tf.sub(last, tf.abs(source))));
    return tf.reshape(gatherRows(rows, tf.add(first, mirrored)), images.shape);
  }
  const black = tf.zeros([1, width * channels]);
  const isInside = tf.logicalAnd(tf.greaterEqual(source, whole(0)), tf.less(source, whole(height)));
  const places = tf.where(isInside, tf.add(first, source), whole(count * height));
  return tf.reshape(gatherRows(tf.concat([rows, black]), places), images.shape);
}

/** Returns the rows at `places`, int32 of any shape. */
function gatherRows(rows: tf.Tensor, places: tf.Tensor): tf.Tensor {
  // tf.gather reads the places, which a compiled step cannot.
  return native('GatherV2', {
    inputs: [rows, places, tf.scalar(0, 'int32')],
    attributes: [
      attribute.type('Tparams', 'float32'),
      attribute.type('Tindices', 'int32'),
      attribute.type('Taxis', 'int32'),
    ],
  });
}
