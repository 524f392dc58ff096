/** Work on those images of a batch alone that were chosen by chance: how many is known in the step only. */
import { tf } from './backend';
import { attribute, nativeOutputs } from './graph/native';

/**
 * Returns the images with those changed for which `chosen`, bool [n], holds.
 *
 * @param inputs the images, and numbers of each image in further tensors; float32 [n, …]
 * @param change gets the chosen rows of each input, and returns images of the same shape
 */
export function changeChosen<Rest extends tf.Tensor[]>(
  chosen: tf.Tensor,
  inputs: [images: tf.Tensor4D, ...rest: Rest],
  change: (images: tf.Tensor4D, ...rest: Rest) => tf.Tensor4D,
): tf.Tensor4D {
  const [images] = inputs;
  const part = tf.cast(chosen, 'int32');
  const places = divide(tf.range(0, images.shape[0], 1, 'int32'), part);
  const [others] = divide(images, part);
  const rows = inputs.map((input) => divide(input, part)[1]) as typeof inputs;
  return tf.reshape(merge(places, [others, change(...rows)]), images.shape);
}

/** Returns the rows that are not chosen, and those that are. */
function divide(values: tf.Tensor, part: tf.Tensor): tf.Tensor[] {
  return nativeOutputs('DynamicPartition', 2, {
    inputs: [values, part],
    attributes: [
      attribute.type('T', values.dtype as 'float32' | 'int32'),
      attribute.integer('num_partitions', 2),
    ],
  });
}

/** Puts rows back to their places. */
function merge(places: tf.Tensor[], rows: tf.Tensor[]): tf.Tensor {
  const [merged] = nativeOutputs('DynamicStitch', 1, {
    inputs: [...places, ...rows],
    attributes: [attribute.type('T', 'float32'), attribute.integer('N', 2)],
  });
  return merged;
}
