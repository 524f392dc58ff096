/** Pairs of images mixed into one, and their labels with them. */
import type { Transform } from './augmentation';
import { tf } from './backend';
import { attribute, native } from './graph/native';
import type { RandomStream } from './graph/random';
import { checkNumber, choose, perImage } from './ranges';
import { insideOf, type Rectangles } from './rectangles';

/**
 * Returns the transform that blends each image and its label with those of the next image in the batch:
 * λ of the one and 1 − λ of the other, λ from Beta(alpha, alpha) for each image (Zhang et al., "mixup:
 * beyond empirical risk minimization", 2017). An `alpha` of 0 mixes nothing. A batch is in random order,
 * so the next image is a random one.
 *
 * @throws {RangeError} if `alpha` is not from 0 to 100
 */
export function mixup({ alpha }: { alpha: number }): Transform {
  checkNumber('mixup', { alpha }, { low: 0, high: 100 });
  return (batch, { random }) => {
    if (alpha === 0) return batch;
    const { images, labels } = batch;
    const share = drawBeta(random, images.shape[0], alpha);
    return {
      ...batch,
      images: blend(images, next(images), perImage(share)),
      labels: blend(labels, next(labels), tf.reshape(share, [-1, 1])),
    };
  };
}

export interface CutmixOptions {
  /** Of the Beta distribution that the kept share of an image is drawn from; 1 makes it even. */
  alpha?: number;
  probability?: number;
}

/**
 * Returns the transform that puts a rectangle of the next image in the batch into each image, with the
 * given probability. The label is mixed by the share of pixels that each image really has (Yun et al.,
 * "CutMix", 2019).
 *
 * @throws {RangeError} naming the option that is out of its range
 */
export function cutmix({ alpha = 1, probability = 0.5 }: CutmixOptions = {}): Transform {
  checkNumber('cutmix', { alpha }, { low: 0, high: 100 });
  checkNumber('cutmix', { probability }, { low: 0, high: 1 });
  return (batch, { random }) => {
    if (alpha === 0) return batch;
    const { images, labels } = batch;
    const [count, rows, columns] = images.shape;
    const side = tf.sqrt(tf.sub(1, drawBeta(random, count, alpha)));
    const chosen = tf.cast(choose(random, count, probability), 'float32');
    const patches = drawPatches(random, perImage(tf.mul(side, chosen)), [rows, columns]);
    const kept = tf.sub(1, tf.div(tf.mul(patches.height, patches.width), rows * columns));
    return {
      ...batch,
      images: tf.where(insideOf(patches, images.shape), next(images), images),
      labels: blend(labels, next(labels), tf.reshape(kept, [-1, 1])),
    };
  };
}

/** Rectangles of the given share of each side, around any pixel; what is beyond the edge is cut off. */
function drawPatches(
  random: RandomStream,
  share: tf.Tensor,
  [rows, columns]: readonly [number, number],
): Rectangles {
  const along = (side: number) => {
    const length = tf.round(tf.mul(share, side));
    const centre = tf.floor(random.uniform(share.shape, 0, side));
    const start = tf.sub(centre, tf.floor(tf.div(length, 2)));
    const from = tf.maximum(start, 0);
    return { from, length: tf.sub(tf.minimum(tf.add(start, length), side), from) };
  };
  const [down, across] = [along(rows), along(columns)];
  return { top: down.from, left: across.from, height: down.length, width: across.length };
}

/** Returns `share` of the first and the rest of the second. */
function blend<T extends tf.Tensor>(first: T, second: T, share: tf.Tensor): T {
  return tf.add(second, tf.mul(tf.sub(first, second), share));
}

/** Returns the rows moved up by one; the first comes last. */
function next<T extends tf.Tensor>(values: T): T {
  return native('Roll', {
    inputs: [values, tf.scalar(-1, 'int32'), tf.scalar(0, 'int32')],
    attributes: [
      attribute.type('T', 'float32'),
      attribute.type('Tshift', 'int32'),
      attribute.type('Taxis', 'int32'),
    ],
  });
}

/**
 * Draws from Beta(alpha, alpha): g / (g + g') of two gamma numbers. As a small alpha makes both too small
 * for float32, their logarithms are used: Gamma(α) is Gamma(α + 1) · U^(1 / α) (Marsaglia & Tsang, 2000).
 */
function drawBeta(random: RandomStream, count: number, alpha: number): tf.Tensor1D {
  const gamma = native<tf.Tensor>('StatelessRandomGammaV2', {
    inputs: [
      tf.tensor1d([2, count], 'int32'),
      random.integers([2], -(2 ** 31), 2 ** 31 - 1),
      tf.scalar(alpha + 1),
    ],
    attributes: [
      attribute.type('T', 'int32'),
      attribute.type('Tseed', 'int32'),
      attribute.type('dtype', 'float32'),
    ],
  });
  const uniform = tf.sub(1, random.uniform([2, count]));
  const [first, second] = tf.unstack(tf.add(tf.log(gamma), tf.div(tf.log(uniform), alpha)));
  return tf.sigmoid(tf.sub(first, second)) as tf.Tensor1D;
}
