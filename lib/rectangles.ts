/** Rectangles of pixels, one for each image. */
import { tf } from './backend';

/** Places and sizes in whole pixels, float32 [n] each; what is beyond the image does not count. */
export interface Rectangles {
  top: tf.Tensor;
  left: tf.Tensor;
  height: tf.Tensor;
  width: tf.Tensor;
}

/** Returns which pixels of images of the given shape are in the rectangles; bool [n, height, width, 1]. */
export function insideOf(
  { top, left, height, width }: Rectangles,
  [count, rows, columns]: readonly number[],
): tf.Tensor4D {
  const down = within(tf.range(0, rows), tf.reshape(top, [count, 1]), height);
  const across = within(tf.range(0, columns), tf.reshape(left, [count, 1]), width);
  return tf.logicalAnd(
    tf.reshape(down, [count, rows, 1, 1]),
    tf.reshape(across, [count, 1, columns, 1]),
  );
}

function within(places: tf.Tensor, start: tf.Tensor, length: tf.Tensor): tf.Tensor {
  const end = tf.add(start, tf.reshape(length, start.shape));
  return tf.logicalAnd(tf.greaterEqual(places, start), tf.less(places, end));
}

/** Returns `inside` within the rectangles and `outside` elsewhere; both spread over the images. */
export function replaceInside(
  rectangles: Rectangles,
  outside: tf.Tensor4D,
  inside: tf.Tensor,
): tf.Tensor4D {
  return tf.where(insideOf(rectangles, outside.shape), inside, outside) as tf.Tensor4D;
}
