/** Brightness and contrast, as a lamp or a camera changes them. */
import { mapImages, type Transform } from './augmentation';
import { tf } from './backend';
import { checkRange, drawWithin, perImage, type Range, wrongOption } from './ranges';

/** Factors; one number r stands for 1 − r to 1 + r. */
export interface ToneOptions {
  range: Range;
}

/**
 * Returns the transform that multiplies each image by a factor; what exceeds 0 to 1 is cut off.
 *
 * @throws {RangeError} if `range` is not within the factors 0 to 10
 */
export function brightness({ range }: ToneOptions): Transform {
  return tone('brightness', range, (images, factor) => tf.mul(images, factor));
}

/**
 * Returns the transform that multiplies the distance of each pixel from its image's mean by a factor;
 * what exceeds 0 to 1 is cut off.
 *
 * @throws {RangeError} if `range` is not within the factors 0 to 10
 */
export function contrast({ range }: ToneOptions): Transform {
  return tone('contrast', range, stretch);
}

/** Returns the images with each pixel's distance from its image's mean multiplied by `factor`. */
function stretch(images: tf.Tensor4D, factor: tf.Tensor4D): tf.Tensor4D {
  const mean = tf.mean(images, [1, 2, 3], true);
  return tf.add(mean, tf.mul(tf.sub(images, mean), factor));
}

function tone(
  name: string,
  range: Range,
  change: (images: tf.Tensor4D, factor: tf.Tensor4D) => tf.Tensor4D,
): Transform {
  const factors = checkFactors(name, range);
  return mapImages((images, { random }) => {
    const [factor] = drawWithin(random, images.shape[0], [factors]);
    return tf.clipByValue(change(images, perImage(factor)), 0, 1);
  });
}

function checkFactors(name: string, range: Range): [number, number] {
  if (typeof range !== 'number') return checkRange(name, { range }, { low: 0, high: 10 });
  if (range >= 0 && range <= 1) return [1 - range, 1 + range];
  throw wrongOption(name, { range }, 'a number from 0 to 1, or [low, high] with both from 0 to 10');
}
