/** Different changes for different images of one batch, each on its images alone. */
import { tf } from './backend';
import { attribute, nativeOutputs } from './graph/native';

/** Changes some rows of each input, and returns images of the same shape. */
export type PartChange<Rest extends tf.Tensor[]> = (
  images: tf.Tensor4D,
  ...rest: Rest
) => tf.Tensor4D;

/**
 * Returns the images, each changed by the one of `changes` that `part` says.
 *
 * How many rows a change gets is known in the step only, and may be none: it must not use operations that
 * fix the number of rows, as `tf.reshape` does, or `tf.mean` with its dimensions kept.
 *
 * @param part the place of the change that each image gets; int32 [n]
 * @param inputs the images, and numbers of each image in further tensors; float32 [n, …]
 */
export function changeParts<Rest extends tf.Tensor[]>(
  part: tf.Tensor,
  inputs: [images: tf.Tensor4D, ...rest: Rest],
  changes: PartChange<Rest>[],
): tf.Tensor4D {
  const [images] = inputs;
  const count = changes.length;
  const places = divide(tf.range(0, images.shape[0], 1, 'int32'), part, count);
  const rows = inputs.map((input) => divide(input, part, count));
  const changed = changes.map((change, index) =>
    change(...(rows.map((parts) => parts[index]) as typeof inputs)),
  );
  return tf.reshape(merge(places, changed), images.shape);
}

/** Returns the rows of each part. */
function divide(values: tf.Tensor, part: tf.Tensor, count: number): tf.Tensor[] {
  return nativeOutputs('DynamicPartition', count, {
    inputs: [values, part],
    attributes: [
      attribute.type('T', values.dtype as 'float32' | 'int32'),
      attribute.integer('num_partitions', count),
    ],
  });
}

/** Puts rows back to their places. */
function merge(places: tf.Tensor[], rows: tf.Tensor[]): tf.Tensor {
  const [merged] = nativeOutputs('DynamicStitch', 1, {
    inputs: [...places, ...rows],
    attributes: [attribute.type('T', 'float32'), attribute.integer('N', rows.length)],
  });
  return merged;
}
