/**
 * Augmentation: pure functions from a batch to a changed batch that run inside the training step.
 *
 * A transform uses tensor operations and the step's random stream only, so the same images, seed and
 * step give the same pixels, run at once or compiled, and each image has draws of its own.
 */
import { tf } from './backend';
import type { RandomStream } from './graph/random';
import { checkNumber } from './ranges';

export interface Batch {
  /** float32 [n, height, width, channels], 0 to 1 before normalisation */
  images: tf.Tensor4D;
  /** float32 [n, classes]; each row sums to 1 */
  labels: tf.Tensor2D;
  /** int32 [n]: the images' places in the training set */
  indices: tf.Tensor1D;
}

/** What a transform may know of the step it is in. */
export interface StepContext {
  random: RandomStream;
  /** int32: epochs done before this one */
  epoch: tf.Scalar;
}

/**
 * Changes a batch. It may return parts of its input as they are, keeps the shapes, and leaves it to the
 * caller to dispose of tensors, with `tf.tidy`.
 */
export type Transform = (batch: Batch, context: StepContext) => Batch;

/** Returns the transform that applies `transforms` from left to right; without any, the identity. */
export function compose(...transforms: Transform[]): Transform {
  return (batch, context) =>
    transforms.reduce((changed, transform) => transform(changed, context), batch);
}

/** Returns the transform that changes the images with `change` and nothing else. */
export function mapImages(
  change: (images: tf.Tensor4D, context: StepContext) => tf.Tensor4D,
): Transform {
  return (batch, context) => ({ ...batch, images: change(batch.images, context) });
}

export interface NormalizeOptions {
  /** The training pixels' mean and standard deviation, on the scale of the images. */
  mean: number;
  deviation: number;
}

/**
 * Returns the transform to (pixel − mean) / deviation. Use it last: the others expect 0 to 1.
 *
 * @throws {RangeError} if `deviation` is not above zero
 */
export function normalize({ mean, deviation }: NormalizeOptions): Transform {
  checkNumber('normalize', { mean }, { low: -1e6, high: 1e6 });
  checkNumber('normalize', { deviation }, { low: 1e-6, high: 1e6 });
  return mapImages((images) => tf.div(tf.sub(images, mean), deviation));
}
