/** One random change for each image, with one knob for the strength of all. */
import { type Motion, warpChosen } from './affine';
import { mapImages, type Transform } from './augmentation';
import { tf } from './backend';
import type { RandomStream } from './graph/random';
import { checkNumber, drawWithin, perImage } from './ranges';
import { replaceInside } from './rectangles';

/** The most that each change does, at strength 1. Those that resample an image come first. */
const most = {
  /** Degrees either way. */
  rotation: 30,
  shear: 25,
  /** Share of the side, either way. */
  right: 0.2,
  down: 0.2,
  /** Factors, or divisors. */
  scale: 1.4,
  /** Factors 1 − x to 1 + x. */
  brightness: 0.7,
  contrast: 0.7,
  /** Share of the image that is erased. */
  erased: 0.3,
};

type Change = keyof typeof most;
const changes = Object.keys(most) as Change[];
const motions = changes.indexOf('brightness');

/**
 * Returns the transform that changes each image in one way, drawn evenly from rotation, shear, a move
 * across or down, scale, brightness, contrast, erasing, and nothing; and by an amount drawn evenly up to
 * `strength` times the most (after Müller & Hutter, "TrivialAugment", 2021). No image is resampled twice.
 *
 * @param options.strength 0 changes nothing, 1 the most that leaves a garment what it is
 * @throws {RangeError} if `strength` is not from 0 to 1
 */
export function randomPolicy({ strength }: { strength: number }): Transform {
  checkNumber('randomPolicy', { strength }, { low: 0, high: 1 });
  return mapImages((images, { random }) => {
    const { chosen, amounts } = drawAmounts(random, images.shape[0], strength);
    const isMoved = tf.less(chosen, tf.scalar(motions, 'int32'));
    const moved = warpChosen(images, isMoved, motion(amounts, images.shape));
    return eraseSquare(changeTone(moved, amounts), amounts.erased, random);
  });
}

interface Draw {
  /** Which change each image gets, counted in the order of `changes`; int32 [n]. */
  chosen: tf.Tensor;
  /** How much of each change it gets, −strength to strength: one not 0, or none; [n] each. */
  amounts: Record<Change, tf.Tensor>;
}

function drawAmounts(random: RandomStream, count: number, strength: number): Draw {
  const [amount] = drawWithin(random, count, [[-strength, strength]]);
  // One number more than there are changes: it stands for none.
  const chosen = random.integers([count], 0, changes.length + 1);
  const shares = changes.map((name, index) => [
    name,
    tf.mul(amount, tf.cast(tf.equal(chosen, tf.scalar(index, 'int32')), 'float32')),
  ]);
  return { chosen, amounts: Object.fromEntries(shares) as Record<Change, tf.Tensor> };
}

function motion(
  amounts: Record<Change, tf.Tensor>,
  [, height, width]: [number, number, number, number],
): Motion {
  return {
    degrees: tf.mul(amounts.rotation, most.rotation),
    shear: tf.mul(amounts.shear, most.shear),
    right: tf.mul(amounts.right, most.right * width),
    down: tf.mul(amounts.down, most.down * height),
    scale: tf.exp(tf.mul(amounts.scale, Math.log(most.scale))),
  };
}

function changeTone(images: tf.Tensor4D, amounts: Record<Change, tf.Tensor>): tf.Tensor4D {
  const factor = (name: 'brightness' | 'contrast') =>
    perImage(tf.add(tf.mul(amounts[name], most[name]), 1));
  const [light, stretched] = [factor('brightness'), factor('contrast')];
  const mean = tf.mean(images, [1, 2, 3], true);
  // (mean + (pixel − mean) · contrast) · brightness, with one product and one sum a pixel
  const offset = tf.mul(tf.mul(mean, tf.sub(1, stretched)), light);
  const toned = tf.add(tf.mul(images, tf.mul(stretched, light)), offset);
  return tf.clipByValue(toned, 0, 1) as tf.Tensor4D;
}

/** Fills a rectangle as wide for its height as the image with one random grey, anywhere within it. */
function eraseSquare(images: tf.Tensor4D, amount: tf.Tensor, random: RandomStream): tf.Tensor4D {
  const [count, rows, columns] = images.shape;
  const side = tf.sqrt(tf.mul(tf.abs(amount), most.erased));
  const along = (length: number) => {
    const size = tf.round(tf.mul(side, length));
    const room = tf.sub(length + 1, size);
    return { start: tf.floor(tf.mul(random.uniform([count]), room)), size };
  };
  const [down, across] = [along(rows), along(columns)];
  const rectangles = {
    top: down.start,
    left: across.start,
    height: down.size,
    width: across.size,
  };
  return replaceInside(rectangles, images, random.uniform([count, 1, 1, 1]));
}
