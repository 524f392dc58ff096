/** A network that tells class 3 by the sum of one square of pixels, and knows nothing else. */
import { tf } from '../../lib/backend';
import { imagePixels, imageSide } from '../../lib/idx';

const side = 8;
const weight = 0.1;

/** The logit of class 3 is 0.1 times the sum of the square whose first pixel is given; others are 0. */
export function squareNetwork({ row = 6, column = 6 } = {}): tf.LayersModel {
  const model = tf.sequential({
    layers: [
      tf.layers.flatten({ inputShape: [imageSide, imageSide, 1] }),
      tf.layers.dense({ units: 10, useBias: false }),
      tf.layers.softmax(),
    ],
  });
  const kernel = Float32Array.from({ length: imagePixels * 10 }, (_, index) => {
    const pixel = Math.floor(index / 10);
    const [down, across] = [Math.floor(pixel / imageSide) - row, (pixel % imageSide) - column];
    const isInside = down >= 0 && down < side && across >= 0 && across < side;
    return isInside && index % 10 === 3 ? weight : 0;
  });
  tf.tidy(() => model.setWeights([tf.tensor2d(kernel, [imagePixels, 10])]));
  return model;
}
