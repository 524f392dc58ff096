/** Parts of images hidden, so that a network learns to do without any single one. */
import { mapImages, type StepContext, type Transform } from './augmentation';
import { tf } from './backend';
import type { RandomStream } from './graph/random';
import { checkNumber, checkRange, checkWord, drawWithin, perImage } from './ranges';
import { type Rectangles, replaceInside } from './rectangles';

/**
 * What an erased rectangle shows: one random grey (or colour), random pixels, its image's mean colour,
 * or a fixed number. Random is even from 0 to 1.
 */
export type Fill = 'random' | 'pixel' | 'mean' | number;

export interface EraseOptions {
  probability?: number;
  /** Share of the image that is erased. */
  area?: readonly [low: number, high: number];
  /** Height / width of the rectangle. */
  aspect?: readonly [low: number, high: number];
  fill?: Fill;
}

/**
 * Returns the transform that fills one rectangle of each image, with the given probability (Zhong et al.,
 * "Random erasing data augmentation", 2017; the default ranges are theirs).
 *
 * The rectangle is always within the image: where the paper draws again, the aspect is drawn from the
 * part of its range that fits. Areas are even over their range, aspects over its logarithm.
 *
 * @throws {RangeError} naming the option that is out of its range
 */
export function erase({
  probability = 0.5,
  area = [0.02, 0.4],
  aspect = [0.3, 1 / 0.3],
  fill = 'pixel',
}: EraseOptions = {}): Transform {
  checkNumber('erase', { probability }, { low: 0, high: 1 });
  const areas = checkRange('erase', { area }, { low: 0, high: 1 });
  const aspects = checkRange('erase', { aspect }, { low: 0.01, high: 100 });
  if (typeof fill === 'number') checkNumber('erase', { fill }, { low: 0, high: 1 });
  else checkWord('erase', { fill }, ['random', 'pixel', 'mean']);
  return mapImages((images, context) => {
    const draw = { probability, areas, aspects };
    const rectangles = drawRectangles(context.random, images.shape, draw);
    return replaceInside(rectangles, images, filling(fill, images, context));
  });
}

interface RectangleDraw {
  probability: number;
  areas: [number, number];
  aspects: [number, number];
}

/** A rectangle for each image; those not chosen have no height. */
function drawRectangles(
  random: RandomStream,
  [count, rows, columns]: readonly number[],
  { probability, areas, aspects }: RectangleDraw,
): Rectangles {
  const unit: [number, number] = [0, 1];
  const draws = drawWithin(random, count, [areas, unit, unit, unit, unit]);
  const [area, shape, down, across, chance] = draws;
  // Height and width fit if the aspect is from area · rows / columns to rows / (columns · area).
  const narrowest = tf.mul(area, rows / columns);
  const tallest = tf.div(rows / columns, tf.maximum(area, 1e-6));
  const fit = (end: number) => tf.log(tf.minimum(tf.maximum(narrowest, end), tallest));
  const [low, high] = aspects.map(fit);
  const aspect = tf.exp(tf.add(low, tf.mul(shape, tf.sub(high, low))));
  const pixels = tf.mul(area, rows * columns);
  const height = wholePixels(tf.sqrt(tf.mul(pixels, aspect)), rows);
  const width = wholePixels(tf.sqrt(tf.div(pixels, aspect)), columns);
  return {
    top: perImage(tf.floor(tf.mul(down, tf.sub(rows + 1, height)))),
    left: perImage(tf.floor(tf.mul(across, tf.sub(columns + 1, width)))),
    height: perImage(tf.mul(height, tf.cast(tf.less(chance, probability), 'float32'))),
    width: perImage(width),
  };
}

function wholePixels(length: tf.Tensor, most: number): tf.Tensor {
  return tf.minimum(tf.round(length), most);
}

/** What fills the rectangles: a number, or a tensor that spreads over the images. */
function filling(fill: Fill, images: tf.Tensor4D, { random }: StepContext): tf.Tensor {
  const [count, height, width, channels] = images.shape;
  switch (fill) {
    case 'random':
      return random.uniform([count, 1, 1, channels]);
    case 'pixel':
      return random.uniform([count, height, width, channels]);
    case 'mean':
      return tf.mean(images, [1, 2], true);
    default:
      return tf.scalar(fill);
  }
}

/**
 * Returns the transform that blackens a square of each image. Its centre is any pixel, so that parts of
 * it may be beyond the edge (DeVries & Taylor, "Improved regularization of convolutional neural
 * networks with cutout", 2017).
 *
 * @param options.size side of the square in pixels
 * @param options.fill grey of the square, 0 to 1
 * @throws {RangeError} naming the option that is out of its range
 */
export function cutout({ size, fill = 0 }: { size: number; fill?: number }): Transform {
  checkNumber('cutout', { size }, { low: 0, high: 1000, unit: 'pixels', whole: true });
  checkNumber('cutout', { fill }, { low: 0, high: 1 });
  return mapImages((images, { random }) => {
    const [count, rows, columns] = images.shape;
    const start = (side: number) =>
      tf.sub(tf.floor(random.uniform([count, 1, 1, 1], 0, side)), Math.floor(size / 2));
    const length = tf.scalar(size);
    const squares = { top: start(rows), left: start(columns), height: length, width: length };
    return replaceInside(squares, images, tf.scalar(fill));
  });
}
