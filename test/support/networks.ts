/** Small networks, one for each kind of layer, that stock TensorFlow.js and compiled steps both train. */
import { tf } from '../../lib/backend';
import { withRandomWeights } from './graph';

type Build = (input: tf.SymbolicTensor) => tf.SymbolicTensor;

const { layers } = tf;

function chain(...parts: tf.layers.Layer[]): Build {
  return (input) =>
    parts.reduce((features, layer) => layer.apply(features) as tf.SymbolicTensor, input);
}

const convolution = (filters: number, options = {}) =>
  layers.conv2d({ filters, kernelSize: 3, useBias: false, ...options });
const head = () => [
  layers.globalAveragePooling2d({}),
  layers.dense({ units: 3 }),
  layers.softmax(),
];
const activation = (name: string) => layers.activation({ activation: name as 'relu' });

function branches(merge: 'add' | 'concatenate'): Build {
  return (input) => {
    const left = convolution(4, { padding: 'same' }).apply(input);
    const right = convolution(4, { kernelSize: 1 }).apply(input);
    const joined = layers[merge]().apply([left, right] as tf.SymbolicTensor[]);
    return chain(layers.reLU(), ...head())(joined as tf.SymbolicTensor);
  };
}

const builders: Record<string, () => Build> = {
  'convolution with bias': () => chain(convolution(4, { useBias: true }), ...head()),
  'convolution without bias, same padding': () =>
    chain(convolution(4, { padding: 'same' }), ...head()),
  'convolution with strides 2, valid padding': () =>
    chain(convolution(4, { strides: 2 }), layers.reLU(), ...head()),
  'convolution with strides 2, same padding': () =>
    chain(convolution(4, { strides: 2, padding: 'same' }), layers.reLU(), ...head()),
  'depthwise convolution': () =>
    chain(
      layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: 'same' }),
      layers.reLU(),
      ...head(),
    ),
  'separable convolution': () =>
    chain(layers.separableConv2d({ filters: 4, kernelSize: 3 }), layers.reLU(), ...head()),
  'dense layers': () =>
    chain(layers.flatten(), layers.dense({ units: 5, activation: 'tanh' }), ...denseHead()),
  'batch norm of images': () =>
    chain(convolution(4), layers.batchNormalization({ momentum: 0.9 }), layers.reLU(), ...head()),
  'batch norm of vectors': () =>
    chain(
      layers.flatten(),
      layers.dense({ units: 5, useBias: false }),
      layers.batchNormalization({ momentum: 0.8, epsilon: 1e-2 }),
      layers.reLU(),
      ...denseHead(),
    ),
  'two batch norms in a row of convolutions': () =>
    chain(
      convolution(4),
      layers.batchNormalization({}),
      layers.reLU(),
      convolution(5),
      layers.batchNormalization({}),
      layers.reLU(),
      ...head(),
    ),
  'max pooling': () =>
    chain(convolution(4), layers.maxPooling2d({ poolSize: 2 }), layers.reLU(), ...head()),
  'average pooling': () =>
    chain(
      convolution(4),
      layers.averagePooling2d({ poolSize: 3, strides: 2, padding: 'same' }),
      layers.reLU(),
      ...head(),
    ),
  'global max pooling': () => chain(convolution(4), layers.globalMaxPooling2d({}), ...denseHead()),
  'a sum of branches': () => branches('add'),
  'joined branches': () => branches('concatenate'),
  relu: () => chain(convolution(4), activation('relu'), ...head()),
  'ReLU layer with a bound': () => chain(convolution(4), layers.reLU({ maxValue: 0.5 }), ...head()),
  elu: () => chain(convolution(4), activation('elu'), ...head()),
  swish: () => chain(convolution(4), activation('swish'), ...head()),
  gelu: () => chain(convolution(4), activation('gelu'), ...head()),
  tanh: () => chain(convolution(4), activation('tanh'), ...head()),
  'leaky ReLU': () => chain(convolution(4), layers.leakyReLU({ alpha: 0.2 }), ...head()),
  'activation inside a convolution': () =>
    chain(convolution(4, { useBias: true, activation: 'relu' }), ...head()),
  rescaling: () => chain(layers.rescaling({ scale: 2, offset: -1 }), convolution(4), ...head()),
  'a layer that is used twice': () => (input) => {
    const twice = layers.conv2d({ filters: 2, kernelSize: 3, padding: 'same' });
    return chain(twice, layers.reLU(), twice, ...head())(input);
  },
  'a model inside a model': () => {
    const inner = tf.sequential({
      layers: [layers.conv2d({ filters: 4, kernelSize: 3, inputShape: [8, 8, 2] }), ...head()],
    });
    return (input) => inner.apply(input) as tf.SymbolicTensor;
  },
  'penalties on weights': () =>
    chain(
      convolution(4, { kernelRegularizer: tf.regularizers.l2({ l2: 0.1 }) }),
      layers.flatten(),
      layers.dense({ units: 3, kernelRegularizer: tf.regularizers.l1({ l1: 0.05 }) }),
      layers.softmax(),
    ),
  'softmax as activation of the last layer': () =>
    chain(layers.flatten(), layers.dense({ units: 3, activation: 'softmax' })),
  'logits without a softmax': () => chain(layers.flatten(), layers.dense({ units: 3 })),
};

function denseHead(): tf.layers.Layer[] {
  return [layers.dense({ units: 3 }), layers.softmax()];
}

/** The networks' names: what each is there to hold. */
export const networkNames = Object.keys(builders);

/** Builds a network; each time with the same weights. Input [n, 8, 8, 2], output [n, 3]. */
export function namedNetwork(name: string): tf.LayersModel {
  const input = tf.input({ shape: [8, 8, 2] });
  return withRandomWeights(tf.model({ inputs: input, outputs: builders[name]()(input) }));
}

/**
 * A network with a batch norm that has neither scale nor offset. Stock TensorFlow.js cannot train it;
 * its `equivalent` has both, at 1 and 0, for a training that leaves them there.
 */
export function normalizationOnly(equivalent: boolean): tf.LayersModel {
  const input = tf.input({ shape: [8, 8, 2] });
  const normalization = layers.batchNormalization({ scale: equivalent, center: equivalent });
  const output = chain(convolution(4), normalization, layers.reLU(), ...head())(input);
  return tf.model({ inputs: input, outputs: output });
}

/** The mean cross-entropy of what a network gives, and its penalties, by stock functions only. */
export function stockLoss(model: tf.LayersModel, images: tf.Tensor, labels: tf.Tensor): tf.Scalar {
  const { calculateLosses } = model as unknown as { calculateLosses(): tf.Tensor[] };
  return tf.addN([
    crossEntropy(model, images, labels),
    ...calculateLosses.call(model),
  ]) as tf.Scalar;
}

function crossEntropy(model: tf.LayersModel, images: tf.Tensor, labels: tf.Tensor): tf.Tensor {
  const output = model.apply(images, { training: true }) as tf.Tensor;
  if (endsInSoftmax(model)) {
    return tf.neg(tf.mean(tf.sum(tf.mul(labels, tf.log(output)), 1)));
  }
  return tf.losses.softmaxCrossEntropy(labels, output);
}

function endsInSoftmax(model: tf.LayersModel): boolean {
  const last = model.layers[model.layers.length - 1];
  if (last instanceof tf.LayersModel) return endsInSoftmax(last);
  const { activation } = last.getConfig();
  return last.getClassName() === 'Softmax' || activation === 'softmax';
}
