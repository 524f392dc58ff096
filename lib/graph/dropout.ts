/** Dropout with the step's own random numbers, instead of a mask drawn on the host. */
import { tf } from '../backend';
import type { RandomStream } from './random';

/** The parts of TensorFlow.js's Dropout layer that its types hide. */
interface DropoutLayer {
  rate: number;
  /** The shape of the mask where it is not the input's, as for dropping whole channels. */
  getNoiseShape(input: tf.Tensor): number[] | null | undefined;
  call(inputs: tf.Tensor | tf.Tensor[], options: { training?: boolean }): tf.Tensor;
}

/** Runs `body`; meanwhile every dropout layer in training draws from `random`. */
export function withDropoutFrom<T>(random: RandomStream, body: () => T): T {
  const prototype = Object.getPrototypeOf(tf.layers.dropout({ rate: 0.5 })) as DropoutLayer;
  const original = prototype.call;
  prototype.call = function (inputs, options) {
    const input = Array.isArray(inputs) ? inputs[0] : inputs;
    if (options.training !== true || this.rate <= 0 || this.rate >= 1) {
      return original.call(this, inputs, options);
    }
    const shape = this.getNoiseShape(input) ?? input.shape;
    return dropout(input, this.rate, random.uniform(shape));
  };
  try {
    return body();
  } finally {
    prototype.call = original;
  }
}

/** Keeps what was drawn at or over `rate`, scaled so that the expectation stays. */
function dropout(input: tf.Tensor, rate: number, drawn: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const mask = tf.mul(tf.cast(tf.greaterEqual(drawn, rate), 'float32'), 1 / (1 - rate));
    return tf.mul(input, mask);
  });
}
