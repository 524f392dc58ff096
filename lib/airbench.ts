/** Networks in the manner of airbench: shallow, wide early pooling, fast to train. */
import { tf } from './backend';
import { type Activation, addNormalized, apply, type Layers } from './layers';
import type { NetworkOptions } from './network';
import { whiteningKernel } from './whitening';

/**
 * For each width: a 3×3 convolution, pooling by 2, batch norm, activation, then further convolutions
 * (Jordan, "94 % on CIFAR-10 in 3.29 seconds on a single GPU", 2024). With three convolutions a shortcut
 * leads past the last two.
 */
export interface AirbenchRecipe {
  kind: 'airbench';
  widths: number[];
  convolutions: 2 | 3;
  activation: Activation;
  /** The side of the patches that a first, fixed convolution makes independent; none if left out. */
  whitening?: number;
  /** Whether convolutions begin by passing on as many of their inputs as they can, unchanged. */
  identity?: boolean;
  /** Whether batch norm has a scale beside its offset; it does if left out. */
  scale?: boolean;
  /**
   * Whether the shortcut joins before the last activation, as in airbench96; after it if left out, so
   * that the convolutions beside it can only add.
   */
  joinBeforeActivation?: boolean;
  /** What the classifier's outputs are multiplied by before the softmax; 1 if left out. */
  logitScale?: number;
}

const WHITENING = 'whitening';

/** Adds the layers between the normalised images and the classifier. */
export function addAirbench(
  layers: Layers,
  input: tf.SymbolicTensor,
  recipe: AirbenchRecipe,
): tf.SymbolicTensor {
  const { widths, convolutions, activation, whitening, scale } = recipe;
  let features = whitening === undefined ? input : addWhitening(input, whitening, activation);
  for (const width of widths) {
    features = apply(
      features,
      layers.convolution(width),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      layers.normalization({ scale }),
      layers.activation(activation),
    );
    features =
      convolutions === 3
        ? addPassed(layers, features, { width, ...recipe })
        : addNormalized(layers, features, { width, activation, scale });
  }
  return apply(features, tf.layers.globalMaxPooling2d({}));
}

/** Two convolutions and a shortcut past them. */
function addPassed(
  layers: Layers,
  input: tf.SymbolicTensor,
  { width, activation, scale, joinBeforeActivation }: AirbenchRecipe & { width: number },
): tf.SymbolicTensor {
  const first = addNormalized(layers, input, { width, activation, scale });
  const second = apply(first, layers.convolution(width), layers.normalization({ scale }));
  const activate = layers.activation(activation);
  const join = (features: tf.SymbolicTensor) =>
    tf.layers.add().apply([features, input]) as tf.SymbolicTensor;
  return joinBeforeActivation === true
    ? apply(join(second), activate)
    : join(apply(second, activate));
}

/** A fixed convolution without padding, whose kernel `initializeAirbench` sets. */
function addWhitening(
  input: tf.SymbolicTensor,
  size: number,
  activation: Activation,
): tf.SymbolicTensor {
  const convolution = tf.layers.conv2d({
    name: WHITENING,
    filters: 2 * size * size,
    kernelSize: size,
    useBias: false,
    kernelInitializer: 'zeros',
    trainable: false,
  });
  return apply(input, convolution, tf.layers.activation({ activation: activation as 'relu' }));
}

/** Gives a fresh network the first weights that its recipe asks for. */
export function initializeAirbench(
  model: tf.LayersModel,
  { whitening, identity }: AirbenchRecipe,
  { images, mean, deviation }: NetworkOptions,
): void {
  if (whitening !== undefined) {
    if (images === undefined) {
      throw new Error(
        'A network with a whitening convolution is built from training images: pass them.',
      );
    }
    const kernel = whiteningKernel(images, { size: whitening, mean, deviation });
    model.getLayer(WHITENING).setWeights([kernel]);
    kernel.dispose();
  }
  if (identity !== true) return;
  for (const layer of model.layers) {
    if (layer.getClassName() === 'Conv2D' && layer.name !== WHITENING) passInputsOn(layer);
  }
}

/**
 * Makes the first filters of a convolution pass one input each on as it is, as many as there are inputs
 * (Zagoruyko & Komodakis, "DiracNets", 2017).
 */
function passInputsOn(layer: tf.layers.Layer): void {
  const [kernel] = layer.getWeights() as [tf.Tensor4D];
  const [height, width, inputs, filters] = kernel.shape;
  const values = kernel.dataSync<'float32'>();
  const centre = Math.floor(height / 2) * width + Math.floor(width / 2);
  for (let filter = 0; filter < Math.min(inputs, filters); filter++) {
    for (let tap = 0; tap < height * width; tap++) {
      for (let input = 0; input < inputs; input++) {
        const passed = tap === centre && input === filter;
        values[(tap * inputs + input) * filters + filter] = passed ? 1 : 0;
      }
    }
  }
  tf.tidy(() => layer.setWeights([tf.tensor4d(values, kernel.shape)]));
}
