/** How much arithmetic a network is: the multiplications, each with an addition, of its kernels. */
import type { tf } from './backend';

/** Layers that apply each number of their kernels once at each place of their output. */
const withKernel = new Set(['Conv2D', 'Dense', 'DepthwiseConv2D', 'SeparableConv2D']);

/** Layers without a kernel: what they compute is counted as nothing beside the others. */
const withoutKernel = new Set([
  'Activation',
  'Add',
  'AveragePooling2D',
  'BatchNormalization',
  'Concatenate',
  'Dropout',
  'Flatten',
  'GlobalAveragePooling2D',
  'GlobalMaxPooling2D',
  'InputLayer',
  'MaxPooling2D',
  'ReLU',
  'Rescaling',
  'Reshape',
  'Softmax',
  'ZeroPadding2D',
]);

/**
 * Returns the multiply-adds that a network needs for one image, forwards. Training needs three times as
 * many: the gradients by the weights, and those by the inputs, take as many again.
 *
 * @throws if it has a layer that this function does not know
 */
export function multiplyAdds(model: tf.LayersModel): number {
  return model.layers.reduce((sum, layer) => sum + ofLayer(layer), 0);
}

function ofLayer(layer: tf.layers.Layer): number {
  const kind = layer.getClassName();
  if (withoutKernel.has(kind)) return 0;
  if (!withKernel.has(kind)) {
    throw new Error(`The multiply-adds of a layer ${kind} (${layer.name}) are not known here.`);
  }
  // Both kernels of a separable convolution are applied at the places of its output.
  const kernels = layer.weights.filter(({ originalName }) => originalName.includes('kernel'));
  const numbers = kernels.reduce((sum, { shape }) => sum + product(shape), 0);
  return numbers * product(layer.outputShape.slice(1, -1));
}

function product(sizes: readonly unknown[]): number {
  return (sizes as number[]).reduce((result, size) => result * size, 1);
}
