/** The networks of the recipes: plain `tf.layers` models, which stock TensorFlow.js opens. */
import { tf } from './backend';
import { createRandom } from './random';

export type Activation = 'relu' | 'gelu' | 'swish';

/** What a network is built from; kept in a run's record. */
export type NetworkRecipe =
  /** For each width: `convolutions` times 3×3 convolution, batch norm and ReLU, then pooling by 2. */
  | { kind: 'plain'; widths: number[]; convolutions: number }
  /**
   * For each width: a 3×3 convolution, pooling by 2, batch norm, activation, then further convolutions
   * (Jordan, "94 % on CIFAR-10 in 3.29 seconds on a single GPU", 2024). With three convolutions the last two have a shortcut.
   */
  | { kind: 'airbench'; widths: number[]; convolutions: 2 | 3; activation: Activation }
  /** Zagoruyko & Komodakis, "Wide residual networks" (2016): 3 stages of (depth − 4) / 6 blocks. */
  | { kind: 'wide-residual'; depth: number; width: number };

export interface NetworkOptions {
  /** Mean and deviation of the training pixels, 0 to 1; the network normalises by them itself. */
  mean: number;
  deviation: number;
  seed: number;
  classes?: number;
  /** [height, width, channels] */
  shape?: [number, number, number];
}

/** Makes the layers of one network, each with initial values of its own that follow from the seed. */
interface Layers {
  convolution(filters: number, options?: { size?: number; strides?: number }): tf.layers.Layer;
  normalization(): tf.layers.Layer;
  activation(name: Activation): tf.layers.Layer;
  dense(units: number): tf.layers.Layer;
}

/**
 * Builds a network with fresh weights.
 *
 * Input: images float32 [n, height, width, channels] from 0 to 1. Output: probabilities [n, classes].
 */
export function buildNetwork(
  recipe: NetworkRecipe,
  { mean, deviation, seed, classes = 10, shape = [28, 28, 1] }: NetworkOptions,
): tf.LayersModel {
  const layers = seededLayers(seed);
  const input = tf.input({ shape });
  const normalized = apply(
    input,
    tf.layers.rescaling({ scale: 1 / deviation, offset: -mean / deviation }),
  );
  const features = addBody(layers, normalized, recipe);
  const output = apply(features, layers.dense(classes), tf.layers.softmax());
  return tf.model({ inputs: input, outputs: output });
}

function seededLayers(seed: number): Layers {
  const random = createRandom(seed);
  const initializer = (name: 'heNormal' | 'glorotUniform') =>
    tf.initializers[name]({ seed: random.integer(2 ** 31) });
  return {
    convolution: (filters, { size = 3, strides = 1 } = {}) =>
      tf.layers.conv2d({
        filters,
        kernelSize: size,
        strides,
        padding: 'same',
        useBias: false,
        kernelInitializer: initializer('heNormal'),
      }),
    normalization: () => tf.layers.batchNormalization({ momentum: 0.9, epsilon: 1e-5 }),
    activation: (name) => tf.layers.activation({ activation: name as 'relu' }),
    dense: (units) => tf.layers.dense({ units, kernelInitializer: initializer('glorotUniform') }),
  };
}

function addBody(
  layers: Layers,
  input: tf.SymbolicTensor,
  recipe: NetworkRecipe,
): tf.SymbolicTensor {
  switch (recipe.kind) {
    case 'plain':
      return addPlain(layers, input, recipe);
    case 'airbench':
      return addAirbench(layers, input, recipe);
    case 'wide-residual':
      return addWideResidual(layers, input, recipe);
  }
}

type Recipe<Kind extends NetworkRecipe['kind']> = Extract<NetworkRecipe, { kind: Kind }>;

function addPlain(
  layers: Layers,
  input: tf.SymbolicTensor,
  { widths, convolutions }: Recipe<'plain'>,
): tf.SymbolicTensor {
  let features = input;
  for (const width of widths) {
    for (let index = 0; index < convolutions; index++) {
      features = addNormalized(layers, features, { width, activation: 'relu' });
    }
    features = apply(features, tf.layers.maxPooling2d({ poolSize: 2 }));
  }
  return apply(features, tf.layers.globalAveragePooling2d({}));
}

function addAirbench(
  layers: Layers,
  input: tf.SymbolicTensor,
  { widths, convolutions, activation }: Recipe<'airbench'>,
): tf.SymbolicTensor {
  let features = input;
  for (const width of widths) {
    features = apply(
      features,
      layers.convolution(width),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      layers.normalization(),
      layers.activation(activation),
    );
    const shortcut = features;
    for (let index = 1; index < convolutions; index++) {
      features = addNormalized(layers, features, { width, activation });
    }
    if (convolutions === 3)
      features = tf.layers.add().apply([features, shortcut]) as tf.SymbolicTensor;
  }
  return apply(features, tf.layers.globalMaxPooling2d({}));
}

function addWideResidual(
  layers: Layers,
  input: tf.SymbolicTensor,
  { depth, width }: Recipe<'wide-residual'>,
): tf.SymbolicTensor {
  const blocks = (depth - 4) / 6;
  if (!Number.isInteger(blocks) || blocks < 1) {
    throw new RangeError(`A wide residual network is 10, 16, 22, … layers deep, got ${depth}.`);
  }
  let features = apply(input, layers.convolution(16));
  [16, 32, 64].forEach((channels, stage) => {
    for (let index = 0; index < blocks; index++) {
      const strides = stage > 0 && index === 0 ? 2 : 1;
      features = addResidual(layers, features, { filters: channels * width, strides });
    }
  });
  return apply(
    features,
    layers.normalization(),
    layers.activation('relu'),
    tf.layers.globalAveragePooling2d({}),
  );
}

/** A block that normalises first (He et al., "Identity mappings in deep residual networks", 2016). */
function addResidual(
  layers: Layers,
  input: tf.SymbolicTensor,
  { filters, strides }: { filters: number; strides: number },
): tf.SymbolicTensor {
  const activated = apply(input, layers.normalization(), layers.activation('relu'));
  const changed = input.shape[3] !== filters;
  const shortcut = changed
    ? apply(activated, layers.convolution(filters, { size: 1, strides }))
    : input;
  const features = apply(
    activated,
    layers.convolution(filters, { strides }),
    layers.normalization(),
    layers.activation('relu'),
    layers.convolution(filters),
  );
  return tf.layers.add().apply([features, shortcut]) as tf.SymbolicTensor;
}

function addNormalized(
  layers: Layers,
  input: tf.SymbolicTensor,
  { width, activation }: { width: number; activation: Activation },
): tf.SymbolicTensor {
  return apply(
    input,
    layers.convolution(width),
    layers.normalization(),
    layers.activation(activation),
  );
}

function apply(input: tf.SymbolicTensor, ...chain: tf.layers.Layer[]): tf.SymbolicTensor {
  return chain.reduce((features, layer) => layer.apply(features) as tf.SymbolicTensor, input);
}
