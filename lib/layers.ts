/** The layers that networks are put together from: plain `tf.layers`, with weights that follow from a seed. */
import { tf } from './backend';
import { demandWeightMemory } from './memory';
import { createRandom } from './random';

export type Activation = 'relu' | 'gelu' | 'swish';

/** Makes the layers of one network, each with initial values of its own that follow from the seed. */
export interface Layers {
  convolution(filters: number, options?: { size?: number; strides?: number }): tf.layers.Layer;
  normalization(options?: { scale?: boolean }): tf.layers.Layer;
  activation(name: Activation): tf.layers.Layer;
  dense(units: number): tf.layers.Layer;
}

/**
 * Makes layers whose initial values follow from the seed and the order they are made in. They throw a
 * RangeError where their weights would fill the memory.
 */
export function seededLayers(seed: number): Layers {
  const random = createRandom(seed);
  const limit = weightLimit();
  const initializer = (name: 'heNormal' | 'glorotUniform') =>
    limit(tf.initializers[name]({ seed: random.integer(2 ** 31) }));
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
    normalization: ({ scale = true } = {}) =>
      tf.layers.batchNormalization({ momentum: 0.9, epsilon: 1e-5, scale }),
    activation: (name) => tf.layers.activation({ activation: name as 'relu' }),
    dense: (units) => tf.layers.dense({ units, kernelInitializer: initializer('glorotUniform') }),
  };
}

type Initializer = ReturnType<typeof tf.initializers.heNormal>;

/** Counts the weights of a network as they are made, and stops before they fill the memory. */
function weightLimit(): (initializer: Initializer) => Initializer {
  let weights = 0;
  return (initializer) => {
    const { apply } = initializer;
    initializer.apply = (shape, dtype) => {
      weights += shape.reduce<number>((product, size) => product * (size ?? 1), 1);
      demandWeightMemory(weights);
      return apply.call(initializer, shape, dtype);
    };
    return initializer;
  };
}

/** A convolution, batch norm and activation. */
export function addNormalized(
  layers: Layers,
  input: tf.SymbolicTensor,
  { width, activation, scale }: { width: number; activation: Activation; scale?: boolean },
): tf.SymbolicTensor {
  return apply(
    input,
    layers.convolution(width),
    layers.normalization({ scale }),
    layers.activation(activation),
  );
}

/** Passes `input` through layers, one after the other. */
export function apply(input: tf.SymbolicTensor, ...chain: tf.layers.Layer[]): tf.SymbolicTensor {
  return chain.reduce((features, layer) => layer.apply(features) as tf.SymbolicTensor, input);
}
