/** Rotation, translation, scale and shear of each image, in one resampling. */
import { availableParallelism } from 'node:os';
import { mapImages, type Transform } from './augmentation';
import { device, tf } from './backend';
import { attribute, native } from './graph/native';
import { checkNumber, checkRange, checkWord, drawWithin, type Range } from './ranges';

/**
 * What is beyond an image's edge: a fixed number, the nearest pixel, or the image mirrored at its edge
 * (the pixel at the edge comes twice).
 */
export type Beyond = number | 'nearest' | 'reflect';

export interface AffineOptions {
  /** Degrees, anticlockwise; from −180 to 180. */
  degrees?: Range;
  /** Share of the width and of the height, drawn separately; right and down are positive. */
  translate?: Range;
  /** Factor; 1 keeps the size. */
  scale?: readonly [low: number, high: number];
  /** Degrees that upright lines lean to the right; from −80 to 80. */
  shear?: Range;
  fill?: Beyond;
}

/** How each image is moved; float32 [n] each. */
export interface Motion {
  /** Anticlockwise about the image's centre. */
  degrees: tf.Tensor;
  /** Pixels to the right, and down. */
  right: tf.Tensor;
  down: tf.Tensor;
  scale: tf.Tensor;
  /** Degrees that upright lines lean to the right. */
  shear: tf.Tensor;
}

/**
 * Returns the transform that turns each image about its centre, by an angle within `degrees`.
 *
 * @throws {RangeError} naming the option that is out of its range
 */
export function rotate({ degrees, fill }: { degrees: Range; fill?: Beyond }): Transform {
  return warpWithin('rotate', { degrees, fill });
}

/**
 * Returns the transform that shears, scales, turns and moves each image, by amounts drawn evenly within
 * the given ranges. The pixels are resampled once, bilinearly.
 *
 * @throws {RangeError} naming the option that is out of its range
 */
export function affine(options: AffineOptions): Transform {
  return warpWithin('affine', options);
}

function warpWithin(
  name: string,
  { degrees = 0, translate = 0, scale = [1, 1], shear = 0, fill = 0 }: AffineOptions,
): Transform {
  const turn = checkRange(name, { degrees }, { low: -180, high: 180, unit: 'degrees' });
  const way = checkRange(name, { translate }, { low: -1, high: 1, unit: 'image sides' });
  const size = checkRange(name, { scale }, { low: 0.1, high: 10 });
  const lean = checkRange(name, { shear }, { low: -80, high: 80, unit: 'degrees' });
  if (typeof fill === 'number') checkNumber(name, { fill }, { low: 0, high: 1 });
  else checkWord(name, { fill }, ['nearest', 'reflect']);
  return mapImages((images, { random }) => {
    const [count, height, width] = images.shape;
    const drawn = drawWithin(random, count, [turn, way, way, size, lean]);
    const motion = {
      degrees: drawn[0],
      right: tf.mul(drawn[1], width),
      down: tf.mul(drawn[2], height),
      scale: drawn[3],
      shear: drawn[4],
    };
    return warp(images, motion, fill);
  });
}

/** Returns the images moved by `motion`, resampled once, bilinearly. */
export function warp(images: tf.Tensor4D, motion: Motion, beyond: Beyond = 0): tf.Tensor4D {
  const [count, height, width] = images.shape;
  const pieces = Math.min(count, resamplingPieces());
  const sizes = Array.from({ length: pieces }, (_, piece) => Math.floor((count + piece) / pieces));
  const matrices = tf.split(sourceMatrices(motion, [height, width]), sizes);
  const parts = tf.split<tf.Tensor4D>(images, sizes);
  return tf.concat(parts.map((part, index) => resample(part, matrices[index], beyond)));
}

/** In how many pieces a batch is resampled soonest: TensorFlow works on each with one thread. */
function resamplingPieces(): number {
  return device() === 'GPU' ? 1 : Math.min(4, availableParallelism());
}

/** Returns the images resampled by the matrices that {@link sourceMatrices} makes. */
export function resample(
  images: tf.Tensor4D,
  matrices: tf.Tensor,
  beyond: Beyond = 0,
): tf.Tensor4D {
  const [, height, width] = images.shape;
  return native('ImageProjectiveTransformV3', {
    inputs: [
      images,
      matrices,
      tf.tensor1d([height, width], 'int32'),
      tf.scalar(typeof beyond === 'number' ? beyond : 0),
    ],
    attributes: [
      attribute.type('dtype', 'float32'),
      attribute.string('interpolation', 'BILINEAR'),
      attribute.string('fill_mode', typeof beyond === 'number' ? 'CONSTANT' : beyond.toUpperCase()),
    ],
  });
}

/**
 * The matrices from a pixel of the result to the place in the image that it comes from, in the order of
 * ImageProjectiveTransformV3: x' = a x + b y + c, y' = d x + e y + f, then two zeros; float32 [n, 8].
 *
 * With the centre at zero and y downwards a pixel goes to T R S of its place: S scales by s and shears
 * (x − y tan φ), R turns by θ, T moves. The inverse is (1 / s) [[1, tan φ], [0, 1]] R(−θ) after T is undone.
 */
export function sourceMatrices(motion: Motion, [height, width]: readonly number[]): tf.Tensor2D {
  const angle = tf.mul(motion.degrees, Math.PI / 180);
  const lean = tf.tan(tf.mul(motion.shear, Math.PI / 180));
  const cosine = tf.div(tf.cos(angle), motion.scale);
  const sine = tf.div(tf.sin(angle), motion.scale);
  const a = tf.add(cosine, tf.mul(lean, sine));
  const b = tf.sub(tf.mul(lean, cosine), sine);
  const [middleX, middleY] = [(width - 1) / 2, (height - 1) / 2];
  const x = tf.add(motion.right, middleX);
  const y = tf.add(motion.down, middleY);
  const c = tf.sub(middleX, tf.add(tf.mul(a, x), tf.mul(b, y)));
  const f = tf.sub(middleY, tf.add(tf.mul(sine, x), tf.mul(cosine, y)));
  const zero = tf.zerosLike(a);
  return tf.stack([a, b, c, sine, cosine, f, zero, zero], 1) as tf.Tensor2D;
}
