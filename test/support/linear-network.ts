/** Networks made by hand: each logit is a weighted sum of pixels. */
import { tf } from '../../lib/backend';
import { imagePixels, imageSide } from '../../lib/idx';

/** Returns a network whose logits are the sums of all pixels, each times what `weight` says. */
export function linearNetwork(
  weight: (pixel: { row: number; column: number }, label: number) => number,
): tf.LayersModel {
  const model = tf.sequential({
    layers: [
      tf.layers.flatten({ inputShape: [imageSide, imageSide, 1] }),
      tf.layers.dense({ units: 10, useBias: false }),
      tf.layers.softmax(),
    ],
  });
  const kernel = Float32Array.from({ length: imagePixels * 10 }, (_, index) => {
    const pixel = Math.floor(index / 10);
    const place = { row: Math.floor(pixel / imageSide), column: pixel % imageSide };
    return weight(place, index % 10);
  });
  tf.tidy(() => model.setWeights([tf.tensor2d(kernel, [imagePixels, 10])]));
  return model;
}
