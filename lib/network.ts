/** The networks of the recipes: plain `tf.layers` models, which stock TensorFlow.js opens. */

import { type AirbenchRecipe, addAirbench, initializeAirbench } from './airbench';
import { tf } from './backend';
import { classCount, imageShape } from './idx';
import { addNormalized, apply, type Layers, seededLayers } from './layers';

/** What a network is built from; kept in a run's record. */
export type NetworkRecipe =
  /** For each width: `convolutions` times 3×3 convolution, batch norm and ReLU, then pooling by 2. */
  | { kind: 'plain'; widths: number[]; convolutions: number }
  | AirbenchRecipe
  /** Zagoruyko & Komodakis, "Wide residual networks" (2016): 3 stages of (depth − 4) / 6 blocks. */
  | { kind: 'wide-residual'; depth: number; width: number };

export interface NetworkOptions {
  /** Mean and deviation of the training pixels, 0 to 1; the network normalises by them itself. */
  mean: number;
  deviation: number;
  seed: number;
  /** Training images, 784 bytes each, for networks that begin with a whitening convolution. */
  images?: Uint8Array;
  classes?: number;
  /** [height, width, channels] */
  shape?: [number, number, number];
}

/**
 * Builds a network with fresh weights.
 *
 * Input: images float32 [n, height, width, channels] from 0 to 1. Output: probabilities [n, classes].
 */
export function buildNetwork(recipe: NetworkRecipe, options: NetworkOptions): tf.LayersModel {
  const { mean, deviation, seed, classes = classCount, shape = imageShape } = options;
  const layers = seededLayers(seed);
  const input = tf.input({ shape });
  const normalized = apply(
    input,
    tf.layers.rescaling({ scale: 1 / deviation, offset: -mean / deviation }),
  );
  const features = addBody(layers, normalized, recipe);
  const logits = apply(features, layers.dense(classes));
  const scale = recipe.kind === 'airbench' ? (recipe.logitScale ?? 1) : 1;
  const scaled = scale === 1 ? logits : apply(logits, tf.layers.rescaling({ scale, offset: 0 }));
  const output = apply(scaled, tf.layers.softmax());
  const model = tf.model({ inputs: input, outputs: output });
  if (recipe.kind === 'airbench') initializeAirbench(model, recipe, options);
  return model;
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
