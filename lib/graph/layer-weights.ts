/** The weights of a `tf.layers` model, and how it is called while a step is recorded. */
import { tf } from '../backend';

/** A weight of a layer: what TensorFlow.js calls LayerVariable. */
export interface LayerWeight {
  readonly name: string;
  readonly shape: number[];
  read(): tf.Variable;
}

/** The weights that training moves along their gradients. */
export function trainableWeights(model: tf.LayersModel): LayerWeight[] {
  return model.trainableWeights as unknown as LayerWeight[];
}

/** The other weights: frozen ones, and those that layers update themselves, such as moving averages. */
export function stateWeights(model: tf.LayersModel): LayerWeight[] {
  return model.nonTrainableWeights as unknown as LayerWeight[];
}

/** A weight's value, copied to the host. */
export function weightValues(weight: LayerWeight): Float32Array {
  return weight.read().dataSync() as Float32Array;
}

/** Gives a weight a new value. */
export function setWeight(weight: LayerWeight, values: Float32Array): void {
  tf.tidy(() => weight.read().assign(tf.tensor(values, weight.shape)));
}

/** The last layer of a model, as far as it is needed here. */
interface OutputLayer {
  /** Those of a model that is a layer itself. */
  layers?: OutputLayer[];
  activation?: { apply(x: tf.Tensor): tf.Tensor; getClassName(): string };
  getClassName(): string;
  call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor;
}

function lastLayer(layer: OutputLayer): OutputLayer {
  return layer.layers === undefined ? layer : lastLayer(layer.layers[layer.layers.length - 1]);
}

/**
 * Runs `body` with the model's last softmax left out, so that applying the model gives logits: the loss
 * is more exact from them. A model without a softmax at its end is taken to give logits already.
 */
export function withoutSoftmax<T>(model: tf.LayersModel, body: () => T): T {
  const layer = lastLayer(model as unknown as OutputLayer);
  const replaced: Partial<OutputLayer> = {};
  if (layer.getClassName() === 'Softmax') {
    replaced.call = (inputs) => (Array.isArray(inputs) ? inputs[0] : inputs);
  } else if (layer.activation?.getClassName() === 'softmax') {
    replaced.activation = { apply: (x) => x, getClassName: () => 'linear' };
  }
  const original = replaced.activation === undefined ? undefined : layer.activation;
  Object.assign(layer, replaced);
  try {
    return body();
  } finally {
    if (replaced.call !== undefined) delete (layer as Partial<OutputLayer>).call;
    if (original !== undefined) layer.activation = original;
  }
}
