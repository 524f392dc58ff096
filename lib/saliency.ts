/** Which pixels move a network's answer most: the gradient of a class by the image. */
import { tf } from './backend';
import { withoutSoftmax } from './graph/layer-weights';
import { useNativeGradients } from './graph/native-gradients';
import { randomStream } from './graph/random';
import { classCount, imagePixels } from './idx';
import { imageTensor } from './image-tensor';

export interface SaliencyOptions {
  seed: number;
  /** Noisy copies of each image whose gradients are averaged. */
  copies?: number;
  /** Deviation of the noise, as a share of the range of grey. */
  noise?: number;
}

/**
 * Returns for each image how strongly the logit of a class depends on each pixel, [784], not negative: the
 * mean square of the gradients of noisy copies, averaged over 3 × 3 pixels, as a single one says little
 * (Simonyan, Vedaldi & Zisserman, "Deep inside convolutional networks", 2014; Smilkov et al., "SmoothGrad",
 * 2017; squared as in Hooker et al., "A benchmark for interpretability methods in deep neural networks", 2019).
 *
 * @param images n × 784 bytes
 * @param classes n, the class that each map is about
 */
export function saliencyMaps(
  model: tf.LayersModel,
  { images, classes }: { images: Uint8Array; classes: ArrayLike<number> },
  { seed, copies = 16, noise = 0.05 }: SaliencyOptions,
): Float32Array[] {
  if (classes.length === 0) return [];
  useNativeGradients();
  const values = tf.tidy(() => {
    const scaled = imageTensor(images);
    const gradient = tf.grad(logitOf(model, classes));
    const squares = Array.from({ length: copies }, (_, copy) =>
      tf.tidy(() => {
        const random = randomStream(tf.tensor1d([seed, copy], 'int32'));
        const noisy = tf.add(scaled, tf.mul(random.normal(scaled.shape), noise));
        return tf.square(gradient(noisy)) as tf.Tensor4D;
      }),
    );
    const mean = tf.div<tf.Tensor4D>(tf.addN(squares), copies);
    return tf.avgPool(mean, 3, 1, 'same').dataSync<'float32'>();
  }) as unknown as Float32Array;
  return Array.from(classes, (_, index) =>
    values.slice(index * imagePixels, (index + 1) * imagePixels),
  );
}

/** Returns the function from images to the sum of the logits that `classes` name, one an image. */
function logitOf(model: tf.LayersModel, classes: ArrayLike<number>) {
  return (images: tf.Tensor) => {
    const chosen = tf.oneHot(Int32Array.from(classes), classCount);
    const logits = withoutSoftmax(
      model,
      () => model.apply(images, { training: false }) as tf.Tensor,
    );
    return tf.sum(tf.mul(logits, chosen)) as tf.Scalar;
  };
}
