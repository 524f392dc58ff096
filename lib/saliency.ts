/** Which pixels move a network's answer most: the gradient of a class by the image. */
import { tf } from './backend';
import { withoutSoftmax } from './graph/layer-weights';
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
 * root mean square of the gradients of noisy copies (Simonyan, Vedaldi & Zisserman, "Deep inside convolutional
 * networks", 2014; Smilkov et al., "SmoothGrad", 2017; squared as in Hooker et al., "A benchmark for
 * interpretability methods in deep neural networks", 2019).
 *
 * @param images n × 784 bytes
 * @param classes n, the class that each map is about
 */
export function saliencyMaps(
  model: tf.LayersModel,
  { images, classes }: { images: Uint8Array; classes: ArrayLike<number> },
  { seed, copies = 16, noise = 0.1 }: SaliencyOptions,
): Float32Array[] {
  const values = tf.tidy(() => {
    const scaled = imageTensor(images);
    const chosen = tf.oneHot(Int32Array.from(classes), classCount);
    const logit = (shown: tf.Tensor) => {
      const logits = model.apply(shown, { training: false }) as tf.Tensor;
      return tf.sum(tf.mul(logits, chosen)) as tf.Scalar;
    };
    const gradient = tf.grad(logit);
    const squares = Array.from({ length: copies }, (_, copy) =>
      tf.tidy(() => {
        const random = randomStream(tf.tensor1d([seed, copy], 'int32'));
        const noisy = tf.add(scaled, tf.mul(random.normal(scaled.shape), noise));
        return withoutSoftmax(model, () => tf.square(gradient(noisy)));
      }),
    );
    return tf.sqrt(tf.div(tf.addN(squares), copies)).dataSync<'float32'>();
  }) as unknown as Float32Array;
  return Array.from(classes, (_, index) =>
    values.slice(index * imagePixels, (index + 1) * imagePixels),
  );
}
