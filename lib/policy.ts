/** One random change for each image, with one knob for the strength of all. */
import { type Motion, resample, sourceMatrices } from './affine';
import { mapImages, type Transform } from './augmentation';
import { tf } from './backend';
import { attribute, native } from './graph/native';
import type { RandomStream } from './graph/random';
import { changeParts, type PartChange } from './parts';
import { checkNumber, drawWithin } from './ranges';
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

/** How the images of a change are computed. */
type Way = PartChange<[matrices: tf.Tensor2D, numbers: tf.Tensor4D]>;

function wayOf(change: Change): Way {
  if (change === 'erased') return cover;
  return change === 'brightness' || change === 'contrast' ? tone : move;
}

/** One for each change, and one for none. */
const ways = [...changes.map(wayOf), keep];

/**
 * Returns the transform that changes each image in one way, drawn evenly from rotation, shear, a move
 * across or down, scale, brightness, contrast, erasing, and nothing; and by an amount drawn evenly up to
 * `strength` times the most (after Müller & Hutter, "TrivialAugment", 2021).
 *
 * @param options.strength 0 changes nothing, 1 the most that leaves a garment what it is
 * @throws {RangeError} if `strength` is not from 0 to 1
 */
export function randomPolicy({ strength }: { strength: number }): Transform {
  checkNumber('randomPolicy', { strength }, { low: 0, high: 1 });
  return mapImages((images, { random }) => {
    const { chosen, amounts } = drawAmounts(random, images.shape[0], strength);
    const matrices = sourceMatrices(motion(amounts, images.shape), images.shape.slice(1));
    const numbers = numbersOf(random, amounts, images.shape);
    return changeParts(chosen, [images, matrices, numbers], ways);
  });
}

interface Draw {
  /** The place in `ways` of what each image gets; int32 [n]. */
  chosen: tf.Tensor;
  /** How much of each change each image gets, −strength to strength: one not 0, or none; [n] each. */
  amounts: Record<Change, tf.Tensor>;
}

function drawAmounts(random: RandomStream, count: number, strength: number): Draw {
  const [amount] = drawWithin(random, count, [[-strength, strength]]);
  const chosen = random.integers([count], 0, ways.length) as tf.Tensor1D;
  const isChosen = tf.cast(tf.oneHot(chosen, ways.length), 'float32');
  const shares = tf.unstack(tf.mul(isChosen, tf.reshape(amount, [count, 1])), 1);
  return {
    chosen,
    amounts: Object.fromEntries(changes.map((name, index) => [name, shares[index]])) as Record<
      Change,
      tf.Tensor
    >,
  };
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

/** What `tone` and `cover` need of each image, in the order they take it; float32 [n, 7, 1, 1]. */
function numbersOf(
  random: RandomStream,
  amounts: Record<Change, tf.Tensor>,
  [count, rows, columns]: readonly number[],
): tf.Tensor4D {
  const factor = (name: 'brightness' | 'contrast') => tf.add(tf.mul(amounts[name], most[name]), 1);
  const side = tf.sqrt(tf.mul(tf.abs(amounts.erased), most.erased));
  const [down, across, grey] = drawWithin(random, count, [
    [0, 1],
    [0, 1],
    [0, 1],
  ]);
  const along = (place: tf.Tensor, length: number) => {
    const size = tf.round(tf.mul(side, length));
    return [tf.floor(tf.mul(place, tf.sub(length + 1, size))), size];
  };
  const [top, height] = along(down, rows);
  const [left, width] = along(across, columns);
  const numbers = [factor('brightness'), factor('contrast'), top, left, height, width, grey];
  return tf.reshape(tf.stack(numbers, 1), [count, numbers.length, 1, 1]);
}

function move(images: tf.Tensor4D, matrices: tf.Tensor2D): tf.Tensor4D {
  return resample(images, matrices);
}

function tone(images: tf.Tensor4D, _: tf.Tensor2D, numbers: tf.Tensor4D): tf.Tensor4D {
  const [brightness, contrast] = tf.split(numbers, 7, 1);
  const mean = meanOf(images);
  const stretched = tf.add(tf.mul(tf.sub(images, mean), contrast), mean);
  return tf.clipByValue(tf.mul(stretched, brightness), 0, 1) as tf.Tensor4D;
}

/** Fills a rectangle as wide for its height as the image with one grey, anywhere within it. */
function cover(images: tf.Tensor4D, _: tf.Tensor2D, numbers: tf.Tensor4D): tf.Tensor4D {
  const [, , top, left, height, width, grey] = tf.split(numbers, 7, 1);
  return replaceInside({ top, left, height, width }, images, grey);
}

function keep(images: tf.Tensor4D): tf.Tensor4D {
  return images;
}

/** The mean of each image; float32 [n, 1, 1, 1] for any n. */
function meanOf(images: tf.Tensor4D): tf.Tensor {
  return native('Mean', {
    inputs: [images, tf.tensor1d([1, 2, 3], 'int32')],
    attributes: [
      attribute.type('T', 'float32'),
      attribute.type('Tidx', 'int32'),
      attribute.boolean('keep_dims', true),
    ],
  });
}
