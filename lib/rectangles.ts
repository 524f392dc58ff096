/** Rectangles of pixels, one for each image. */
import { tf } from './backend';

/**
 * Places and sizes in whole pixels, float32 [n, 1, 1, 1] each; what is beyond the image does not count.
 */
export interface Rectangles {
  top: tf.Tensor;
  left: tf.Tensor;
  height: tf.Tensor;
  width: tf.Tensor;
}

/** Returns which pixels of images of the given shape are in the rectangles; bool [n, height, width, 1]. */
export function insideOf(
  { top, left, height, width }: Rectangles,
  [, rows, columns]: readonly number[],
): tf.Tensor4D {
  const down = within(tf.reshape(tf.range(0, rows), [rows, 1, 1]), top, height);
  const across = within(tf.reshape(tf.range(0, columns), [columns, 1]), left, width);
  return tf.logicalAnd(down, across);
}

function within(places: tf.Tensor, start: tf.Tensor, length: tf.Tensor): tf.Tensor {
  const isAfterStart = tf.greaterEqual(places, start);
  return tf.logicalAnd(isAfterStart, tf.less(places, tf.add(start, length)));
}

/** Returns `inside` within the rectangles and `outside` elsewhere; both spread over the images. */
export function replaceInside(
  rectangles: Rectangles,
  outside: tf.Tensor4D,
  inside: tf.Tensor,
): tf.Tensor4D {
  return tf.where(insideOf(rectangles, outside.shape), inside, outside) as tf.Tensor4D;
}
