/**
 * Gradients in one or few native operations where TensorFlow.js composes them from many: plain
 * `tf.layers` models get them, run at once or compiled. The formulas are those of the layers, so a
 * model trained with them is the same stock model.
 */
import { tf } from '../backend';
import { attribute, native, nativeOutputs } from './native';

const floats = [attribute.type('T', 'float32')];
const registered = Symbol.for('fashion-mnist.native-gradients');

/** Registers the native gradients, once for the life of the process. */
export function useNativeGradients(): void {
  const state = globalThis as Record<symbol, unknown>;
  if (state[registered] === true) return;
  state[registered] = true;
  tf.unregisterGradient('Relu');
  tf.registerGradient({ kernelName: 'Relu', outputsToSave: [true], gradFunc: reluGradient });
  replaceActivation('swish', swish);
  replaceActivation('gelu', gelu);
  replaceBatchNormalization();
}

const reluGradient: tf.GradFunc = (dy, [y]) => ({
  x: () => native('ReluGrad', { inputs: [dy as tf.Tensor, y], attributes: floats }),
});

/** x σ(x), also called SiLU (Ramachandran et al., "Searching for activation functions", 2017). */
const swish = tf.customGrad((x, save) => {
  const input = x as tf.Tensor;
  (save as tf.GradSaveFunc)([input]);
  const gradFunc = (dy: tf.Tensor, [input]: tf.Tensor[]) => {
    const sigmoid = tf.sigmoid(input);
    const inputs = [sigmoid, tf.mul(dy, input)];
    const slope = native<tf.Tensor>('SigmoidGrad', { inputs, attributes: floats });
    return tf.add(tf.mul(dy, sigmoid), slope);
  };
  return { value: tf.mul(input, tf.sigmoid(input)), gradFunc };
});

/** x Φ(x), exact (Hendrycks & Gimpel, "Gaussian error linear units", 2016). */
const gelu = tf.customGrad((x, save) => {
  const input = x as tf.Tensor;
  (save as tf.GradSaveFunc)([input]);
  const gradFunc = (dy: tf.Tensor, [input]: tf.Tensor[]) => {
    // exp(−x²/2), of the scaled input so that no constant comes between.
    const scaled = tf.mul(input, Math.SQRT1_2);
    const bell = tf.exp(tf.neg(tf.square(scaled)));
    const slope = tf.mul(tf.mul(scaled, bell), 1 / Math.sqrt(Math.PI));
    return tf.mul(dy, tf.add(normalProbability(input), slope));
  };
  return { value: tf.mul(input, normalProbability(input)), gradFunc };
});

/** Φ(x): how likely a number of the standard normal distribution is to be below x. */
function normalProbability(x: tf.Tensor): tf.Tensor {
  return tf.add(tf.mul(tf.erf(tf.mul(x, Math.SQRT1_2)), 0.5), 0.5);
}

function replaceActivation(name: 'swish' | 'gelu', apply: (x: tf.Tensor) => tf.Tensor): void {
  const layer = tf.layers.activation({ activation: name as 'swish' });
  const { activation } = layer as unknown as { activation: object };
  const prototype = Object.getPrototypeOf(activation) as {
    apply: (x: tf.Tensor, alpha?: number) => tf.Tensor;
  };
  const original = prototype.apply;
  prototype.apply = function (x, alpha = 1) {
    return alpha === 1 ? apply(x) : original.call(this, x, alpha);
  };
}

/** The parts of TensorFlow.js's BatchNormalization layer that its types hide. */
interface BatchNormalization {
  axis: number;
  momentum: number;
  epsilon: number;
  gamma?: LayerVariable;
  beta?: LayerVariable;
  movingMean: LayerVariable;
  movingVariance: LayerVariable;
  trainable: boolean;
  call(inputs: tf.Tensor | tf.Tensor[], options: { training?: boolean }): tf.Tensor;
}

interface LayerVariable {
  trainable: boolean;
  read(): tf.Tensor1D;
  write(value: tf.Tensor): void;
}

function replaceBatchNormalization(): void {
  const layer = tf.layers.batchNormalization({});
  const prototype = Object.getPrototypeOf(layer) as BatchNormalization;
  const original = prototype.call;
  prototype.call = function (inputs, options) {
    const input = Array.isArray(inputs) ? inputs[0] : inputs;
    const lastAxis = this.axis === -1 || this.axis === input.rank - 1;
    const training = options.training === true && !isFrozen(this);
    if (lastAxis && training) {
      return tf.tidy(() => trainBatchNormalization(this, input));
    }
    // The gradient of TensorFlow.js fails without a scale.
    if (lastAxis && this.gamma === undefined) return tf.tidy(() => normalizeUnscaled(this, input));
    return original.call(this, inputs, { ...options, training });
  };
}

/**
 * As in Keras, a frozen layer normalises by the moving statistics in training too, and leaves them as they are.
 * Freezing a model marks the weights of its layers only: a layer in it that has neither scale nor offset is not known
 * to be frozen.
 */
function isFrozen({ trainable, gamma, beta }: BatchNormalization): boolean {
  const weights = [gamma, beta].filter((weight) => weight !== undefined);
  return !trainable || (weights.length > 0 && !weights.some((weight) => weight.trainable));
}

/** Normalises by the moving statistics. */
function normalizeUnscaled(layer: BatchNormalization, input: tf.Tensor): tf.Tensor {
  const [mean, variance] = [layer.movingMean.read(), layer.movingVariance.read()];
  return tf.batchNorm(
    input as tf.Tensor4D,
    mean,
    variance,
    layer.beta?.read(),
    tf.onesLike(mean),
    layer.epsilon,
  );
}

/** Normalises by the batch and moves the layer's averages, as Keras does: with biased variance. */
function trainBatchNormalization(layer: BatchNormalization, input: tf.Tensor): tf.Tensor {
  const channels = input.shape[input.rank - 1];
  const rows = input.size / channels;
  const four: [number, number, number, number] =
    input.rank === 4 ? (input.shape as [number, number, number, number]) : [rows, 1, 1, channels];
  const scale = layer.gamma?.read() ?? tf.ones([channels]);
  const offset = layer.beta?.read() ?? tf.zeros([channels]);
  const statistics: tf.Tensor[] = [];
  const normalized = batchNormalization(layer.epsilon, statistics)(
    tf.reshape(input, four),
    scale,
    offset,
  );
  const [mean, variance] = statistics;
  move(layer.movingMean, mean, layer.momentum);
  // TensorFlow gives the variance with Bessel's correction.
  move(layer.movingVariance, tf.mul(variance, Math.max(rows - 1, 1) / rows), layer.momentum);
  tf.dispose(statistics);
  return tf.reshape(normalized, input.shape);
}

function move(average: LayerVariable, value: tf.Tensor, momentum: number): void {
  const old = average.read();
  average.write(tf.add(old, tf.mul(tf.sub(value, old), 1 - momentum)));
}

/** The native operation and its gradient; puts the batch's mean and variance into `statistics`. */
function batchNormalization(epsilon: number, statistics: tf.Tensor[]) {
  const attributes = [
    ...floats,
    attribute.type('U', 'float32'),
    attribute.float('epsilon', epsilon),
    attribute.string('data_format', 'NHWC'),
    attribute.boolean('is_training', true),
  ];
  return tf.customGrad((x, scale, offset, save) => {
    const none = tf.tensor1d([]);
    const inputs = [x, scale, offset, none, none] as tf.Tensor[];
    const outputs = nativeOutputs('FusedBatchNormV3', 6, { inputs, attributes });
    const [value, mean, variance, ...saved] = outputs;
    // Kept, since they are no results of this function and would be tidied away at its end.
    statistics.push(tf.keep(mean), tf.keep(variance));
    (save as unknown as tf.GradSaveFunc)([x, scale, ...saved] as tf.Tensor[]);
    const gradFunc = (dy: tf.Tensor, kept: tf.Tensor[]) =>
      nativeOutputs('FusedBatchNormGradV3', 5, { inputs: [dy, ...kept], attributes }).slice(0, 3);
    return { value, gradFunc };
  });
}

/**
 * The mean cross-entropy between softmax(logits) and the labels; its gradient is made with the loss.
 *
 * @param logits float32 [n, classes]
 * @param labels float32 [n, classes], each row a distribution; no gradient reaches them
 */
export const softmaxCrossEntropy = tf.customGrad((logits, labels, save) => {
  const inputs = [logits, labels] as tf.Tensor[];
  const [losses, gradient] = nativeOutputs('SoftmaxCrossEntropyWithLogits', 2, {
    inputs,
    attributes: floats,
  });
  (save as unknown as tf.GradSaveFunc)([gradient]);
  const count = inputs[0].shape[0] as number;
  const gradFunc = (dy: tf.Tensor, [gradient]: tf.Tensor[]) => [
    tf.mul(gradient, tf.mul(dy, 1 / count)),
    tf.zerosLike(gradient),
  ];
  return { value: tf.mean(losses), gradFunc };
});
