/** Principal components: the few directions in which images differ most, and maps drawn along them. */
import { tf } from './backend';
import { eigenvectors } from './eigenvectors';
import { imagePixels } from './idx';
import { pixelRows } from './image-tensor';

export interface PrincipalComponents {
  /** The mean image, 784 pixels, 0 to 255. */
  mean: Float32Array;
  /** Directions of length 1 and at right angles, 784 values each, the most important first. */
  directions: Float32Array[];
  /** The standard deviation of the images along each direction, in grey levels. */
  deviations: number[];
  /** The share of all variance that lies along each direction. */
  explained: number[];
}

/**
 * Returns the first `count` principal components of images of 784 bytes each, from the eigenvectors of
 * their covariance (Pearson, "On lines and planes of closest fit", 1901). Where a direction points is
 * arbitrary: here its largest value is positive.
 */
export function principalComponents(images: Uint8Array, count: number): PrincipalComponents {
  if (!Number.isInteger(count) || count < 1 || count > imagePixels) {
    throw new Error(`${count} principal components: expected a whole number, 1 to ${imagePixels}.`);
  }
  const { mean, variances, vectors } = decompose(images);
  const total = variances.reduce((sum, variance) => sum + Math.max(0, variance), 0);
  // The smallest comes first, and a vector is a column.
  const columns = Array.from({ length: count }, (_, place) => imagePixels - 1 - place);
  const kept = columns.map((column) => Math.max(0, variances[column]));
  return {
    mean,
    directions: columns.map((column) => upright(columnOf(vectors, column))),
    deviations: kept.map(Math.sqrt),
    explained: kept.map((variance) => variance / (total || 1)),
  };
}

/** Returns the mean image, and the covariance's eigenvalues and eigenvectors (in columns). */
function decompose(images: Uint8Array) {
  const tensors = tf.tidy(() => {
    const pixels = pixelRows(images);
    const mean = tf.mean(pixels, 0);
    const centred = tf.sub<tf.Tensor2D>(pixels, mean);
    const covariance = tf.div(tf.matMul(centred, centred, true), pixels.shape[0]);
    return [mean, ...eigenvectors(covariance)];
  });
  const [mean, variances, vectors] = tensors.map((tensor) => tensor.dataSync<'float32'>());
  tf.dispose(tensors);
  return { mean, variances, vectors };
}

function columnOf(matrix: Float32Array, column: number): Float32Array {
  return Float32Array.from({ length: imagePixels }, (_, row) => matrix[row * imagePixels + column]);
}

/** Returns the direction or its opposite, whichever has the largest value positive. */
function upright(direction: Float32Array): Float32Array {
  const largest = direction.reduce((most, one) => (Math.abs(one) > Math.abs(most) ? one : most));
  return largest < 0 ? direction.map((value) => -value) : direction;
}

/** Returns where images lie along each direction, in grey levels: one array a direction. */
export function project(
  images: Uint8Array,
  { mean, directions }: Pick<PrincipalComponents, 'mean' | 'directions'>,
): Float32Array[] {
  const positions = tf.tidy(() => {
    const axes = tf.stack(directions.map((direction) => tf.tensor1d(direction)));
    const centred = tf.sub<tf.Tensor2D>(pixelRows(images), tf.tensor1d(mean));
    return tf.matMul(axes, centred, false, true);
  });
  const values = positions.dataSync<'float32'>();
  positions.dispose();
  const count = images.length / imagePixels;
  return directions.map((_, axis) => values.slice(axis * count, (axis + 1) * count));
}

/**
 * Returns the mean image moved along one direction, `steps` images from -`reach` to +`reach` standard
 * deviations: what the position on a map means. Pixels beyond 0 to 255 are cut off.
 */
export function walk(
  components: PrincipalComponents,
  component: number,
  { steps = 9, reach = 2 }: { steps?: number; reach?: number } = {},
): Uint8ClampedArray[] {
  const direction = components.directions[component];
  const length = reach * components.deviations[component];
  return Array.from({ length: steps }, (_, step) => {
    const distance = length * ((2 * step) / (steps - 1) - 1);
    return Uint8ClampedArray.from(
      components.mean,
      (value, pixel) => value + distance * direction[pixel],
    );
  });
}
