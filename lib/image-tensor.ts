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

/** Returns images of 784 bytes each as float32 [n, 784], bytes as they are, which the caller disposes. */
export function pixelRows(images: Uint8Array): tf.Tensor2D {
  return tf.tensor2d(new Float32Array(images), [images.length / imagePixels, imagePixels]);
}
