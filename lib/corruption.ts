/**
 * Ways in which images get worse than those that a network was trained on, each in steps of one strength
 * (after Hendrycks & Dietterich, "Benchmarking neural network robustness to common corruptions and
 * perturbations", 2019).
 */
import { warp } from './affine';
import { tf } from './backend';
import { type RandomStream, randomStream } from './graph/random';
import { imageTensor } from './image-tensor';
import { replaceInside } from './rectangles';

export interface Corruption {
  name: string;
  /** What one step adds to the strength. */
  step: number;
  /** Says a strength with its unit. */
  words(strength: number): string;
  /** Changes images, float32 [n, height, width, 1] from 0 to 1. */
  apply(images: tf.Tensor4D, strength: number, random: RandomStream): tf.Tensor4D;
}

/** Steps after which little is left to recognise. */
export const corruptionSteps = 5;

const percent = (share: number) => `${Math.round(100 * share)} %`;

/** The corruptions that a network is tried with, in the order of their charts. */
export const corruptions: readonly Corruption[] = [
  { name: 'Shift', step: 2, words: (pixels) => `${pixels} pixels`, apply: shiftSomewhere },
  { name: 'Rotation', step: 15, words: (degrees) => `${degrees} degrees`, apply: turnEitherWay },
  {
    name: 'Noise',
    step: 0.1,
    words: (deviation) => `a deviation of ${percent(deviation)} of the range of grey`,
    apply: addNoise,
  },
  {
    name: 'Blur',
    step: 0.6,
    words: (deviation) => `a deviation of ${deviation.toFixed(1)} pixels`,
    apply: blur,
  },
  {
    name: 'Erasing',
    step: 0.12,
    words: (share) => `${percent(share)} of the area`,
    apply: eraseSquare,
  },
];

/** Returns what so many steps are: `Shift: 4 pixels`. */
export function strengthText({ name, step, words }: Corruption, steps: number): string {
  return `${name}: ${steps === 0 ? 'none' : words(step * steps)}`;
}

/**
 * Returns images after so many steps of a corruption, [n × 784] from 0 to 1. What is drawn at random (the
 * direction, the place, the noise) is each image's own and depends on the seed alone, so that more steps
 * do more of the same.
 *
 * @param images n × 784 bytes
 */
export function corrupt(
  images: Uint8Array,
  corruption: Corruption,
  { steps, seed }: { steps: number; seed: number },
): Float32Array {
  return tf.tidy(() => {
    const scaled = imageTensor(images);
    if (steps === 0) return scaled.dataSync<'float32'>();
    const random = randomStream(tf.tensor1d([seed, 0], 'int32'));
    return corruption.apply(scaled, corruption.step * steps, random).dataSync<'float32'>();
  }) as unknown as Float32Array;
}

/** Left, right, up or down; what comes in is black. */
function shiftSomewhere(images: tf.Tensor4D, pixels: number, random: RandomStream): tf.Tensor4D {
  const [count] = images.shape;
  const quarter = tf.mul(tf.cast(random.integers([count], 0, 4), 'float32'), Math.PI / 2);
  return moved(images, {
    right: tf.round(tf.mul(tf.cos(quarter), pixels)),
    down: tf.round(tf.mul(tf.sin(quarter), pixels)),
  });
}

/** Clockwise or anticlockwise about the middle. */
function turnEitherWay(images: tf.Tensor4D, degrees: number, random: RandomStream): tf.Tensor4D {
  const way = tf.sub(tf.mul(tf.cast(random.integers([images.shape[0]], 0, 2), 'float32'), 2), 1);
  return moved(images, { degrees: tf.mul(way, degrees) });
}

/** Moves images; what is not said stays as it is. */
function moved(
  images: tf.Tensor4D,
  motion: { degrees?: tf.Tensor; right?: tf.Tensor; down?: tf.Tensor },
): tf.Tensor4D {
  const zero = tf.zeros([images.shape[0]]);
  const still = { degrees: zero, right: zero, down: zero, scale: tf.onesLike(zero), shear: zero };
  return warp(images, { ...still, ...motion });
}

/** Normally distributed noise on each pixel; what exceeds 0 to 1 is cut off. */
function addNoise(images: tf.Tensor4D, deviation: number, random: RandomStream): tf.Tensor4D {
  const noise = tf.mul(random.normal(images.shape), deviation);
  return tf.clipByValue(tf.add(images, noise), 0, 1) as tf.Tensor4D;
}

/** The mean of the pixels around, weighted by a Gaussian bell that is cut off at three deviations. */
function blur(images: tf.Tensor4D, deviation: number): tf.Tensor4D {
  const reach = Math.ceil(3 * deviation);
  const distances = tf.range(-reach, reach + 1);
  const bell = tf.exp(tf.div(tf.square(distances), -2 * deviation ** 2));
  const weights = tf.div(bell, tf.sum(bell));
  const length = 2 * reach + 1;
  const down = tf.conv2d(images, tf.reshape(weights, [length, 1, 1, 1]) as tf.Tensor4D, 1, 'same');
  return tf.conv2d(down, tf.reshape(weights, [1, length, 1, 1]) as tf.Tensor4D, 1, 'same');
}

/** A square of this share of the area, within the image, in a middle grey. */
function eraseSquare(images: tf.Tensor4D, share: number, random: RandomStream): tf.Tensor4D {
  const [count, height, width] = images.shape;
  const side = Math.round(Math.sqrt(share * height * width));
  const start = (length: number) =>
    tf.floor(tf.mul(random.uniform([count, 1, 1, 1]), Math.max(1, length - side + 1)));
  const size = tf.scalar(side);
  const squares = { top: start(height), left: start(width), height: size, width: size };
  return replaceInside(squares, images, tf.scalar(0.5));
}
