/** Shifts by whole pixels: the image is widened on all sides, then cut back to its size elsewhere. */
import { mapImages, type Transform } from './augmentation';
import { tf } from './backend';
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
    const starts = random.integers([images.shape[0], 2], 0, 2 * pixels + 1) as tf.Tensor2D;
    return crop(widen(images, pixels, padding), starts, [images.shape[1], images.shape[2]]);
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
  const [, height, width] = images.shape;
  const sides: [number, number][] = [
    [0, 0],
    [pixels, pixels],
    [pixels, pixels],
    [0, 0],
  ];
  if (padding === 'zero') return tf.pad(images, sides);
  if (pixels >= Math.min(height, width)) {
    throw new RangeError(
      `Images of ${height} × ${width} pixels cannot be mirrored ${pixels} pixels beyond their edges: ` +
        "shift by less than a side, or with padding 'zero'.",
    );
  }
  return tf.mirrorPad(images, sides, 'reflect');
}

/** Cuts a window of `size` from each image; `starts` are its first row and column, int32 [n, 2]. */
function crop(images: tf.Tensor4D, starts: tf.Tensor2D, size: [number, number]): tf.Tensor4D {
  const [count, height, width] = images.shape;
  // The native operation wants shares of the image. A quarter of a pixel inwards from the pixels meant,
  // rounding to the nearest one finds them all and never leaves the image.
  const share = tf.tensor2d([[1 / Math.max(1, height - 1), 1 / Math.max(1, width - 1)]]);
  const first = tf.add(starts, tf.scalar(0.25));
  const last = tf.add(starts, tf.tensor2d([[size[0] - 1.25, size[1] - 1.25]]));
  const boxes = tf.concat([tf.mul(first, share), tf.mul(last, share)], 1) as tf.Tensor2D;
  const places = tf.range(0, count, 1, 'int32');
  return tf.image.cropAndResize(images, boxes, places, size, 'nearest');
}
