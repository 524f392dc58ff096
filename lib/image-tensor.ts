/** Images as TensorFlow takes them. */
import { tf } from './backend';
import { imagePixels, imageSide } from './idx';

/** Returns images of 784 bytes each as float32 [n, 28, 28, 1] from 0 to 1, which the caller disposes. */
export function imageTensor(images: Uint8Array): tf.Tensor4D {
  const count = images.length / imagePixels;
  return tf.tidy(() =>
    tf.div(tf.tensor4d(images, [count, imageSide, imageSide, 1], 'float32'), 255),
  );
}
