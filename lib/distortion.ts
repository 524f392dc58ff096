/** Uneven stretching, as of cloth: parts of an image widen while others narrow. */
import { mapImages, type Transform } from './augmentation';
import { tf } from './backend';
import { attribute, native } from './graph/native';
import type { RandomStream } from './graph/random';
import { checkNumber } from './ranges';

export interface DistortOptions {
  /** How far a line between two cells moves at most, as a share of a cell: 0 to 0.5. */
  amount: number;
  /** Cells across and down. */
  cells?: number;
}

/**
 * Returns the transform that lays a grid over each image, moves its lines by random amounts and stretches
 * the cells between them, bilinearly. The edges stay where they are.
 *
 * Rows and columns are resampled one after the other, each as one product with a matrix of weights.
 * A displacement of its own for every pixel (Simard et al., 2003) would need many more operations.
 *
 * @throws {RangeError} naming the option that is out of its range
 */
export function distort({ amount, cells = 4 }: DistortOptions): Transform {
  checkNumber('distort', { amount }, { low: 0, high: 0.5, unit: 'cells' });
  checkNumber('distort', { cells }, { low: 2, high: 100, whole: true });
  return mapImages((images, { random }) => {
    const [count, height, width] = images.shape;
    const rows = resampling(random, { count, side: height, amount, cells });
    const columns = resampling(random, { count, side: width, amount, cells });
    const planes = tf.transpose(images, [0, 3, 1, 2]);
    const stretched = multiply(multiply(rows, planes), columns, { transposeSecond: true });
    return tf.transpose(stretched, [0, 2, 3, 1]) as tf.Tensor4D;
  });
}

interface Resampling {
  count: number;
  side: number;
  amount: number;
  cells: number;
}

/** How much of each pixel of a line comes from which other; float32 [count, 1, side, side]. */
function resampling(random: RandomStream, { count, side, amount, cells }: Resampling): tf.Tensor {
  const cell = (side - 1) / cells;
  const moves = random.uniform([count, cells - 1], -amount * cell, amount * cell);
  const source = tf.add(tf.matMul(moves as tf.Tensor2D, tents(side, cells)), tf.range(0, side));
  const distance = tf.abs(tf.sub(tf.reshape(source, [count, 1, side, 1]), tf.range(0, side)));
  return tf.relu(tf.sub(1, distance));
}

/** The weight that each inner line of the grid has at each pixel; float32 [cells − 1, side]. */
function tents(side: number, cells: number): tf.Tensor2D {
  const lines = Array.from({ length: cells - 1 }, (_, line) => line + 1);
  const last = Math.max(1, side - 1);
  const places = Array.from({ length: side }, (_, pixel) => (pixel * cells) / last);
  return tf.tensor2d(
    lines.map((line) => places.map((place) => Math.max(0, 1 - Math.abs(place - line)))),
  );
}

function multiply(
  first: tf.Tensor,
  second: tf.Tensor,
  { transposeSecond = false }: { transposeSecond?: boolean } = {},
): tf.Tensor {
  return native('BatchMatMulV2', {
    inputs: [first, second],
    attributes: [
      attribute.type('T', 'float32'),
      attribute.boolean('adj_x', false),
      attribute.boolean('adj_y', transposeSecond),
    ],
  });
}
