/** One random change for each image, with one knob for the strength of all. */
import { type Motion, warp } from './affine';
import { mapImages, type Transform } from './augmentation';
import { tf } from './backend';
import { stretch } from './brightness';
import type { RandomStream } from './graph/random';
import { checkNumber, drawWithin, perImage } from './ranges';
import { replaceInside } from './rectangles';

/** The most that each change does, at strength 1. */
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

/**
 * Returns the transform that changes each image in one way, drawn evenly from rotation, shear, a move
 * across or down, scale, brightness, contrast, erasing, and nothing; and by an amount drawn evenly up to
 * `strength` times the most (after Müller & Hutter, "TrivialAugment", 2021). All images are resampled once.
 *
 * @param options.strength 0 changes nothing, 1 the most that leaves a garment what it is
 * @throws {RangeError} if `strength` is not from 0 to 1
 */
export function randomPolicy({ strength }: { strength: number }): Transform {
  checkNumber('randomPolicy', { strength }, { low: 0, high: 1 });
  return mapImages((images, { random }) => {
    const amounts = drawAmounts(random, images.shape[0], strength);
    const moved = warp(images, motion(amounts, images.shape));
    return eraseSquare(changeTone(moved, amounts), amounts.erased, random);
  });
}

/** How much of each change each image gets, −strength to strength: one not 0, or none; [n] each. */
function drawAmounts(
  random: RandomStream,
  count: number,
  strength: number,
): Record<Change, tf.Tensor> {
  const [amount] = drawWithin(random, count, [[-strength, strength]]);
  // One number more than there are changes: it stands for none.
  const chosen = random.integers([count], 0, changes.length + 1) as tf.Tensor1D;
  const shares = changes.map((_, index) =>
    tf.mul(amount, tf.cast(tf.equal(chosen, tf.scalar(index, 'int32')), 'float32')),
  );
  return Object.fromEntries(changes.map((name, index) => [name, shares[index]])) as Record<
    Change,
    tf.Tensor
  >;
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
  const toned = tf.mul(stretch(images, factor('contrast')), factor('brightness'));
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
