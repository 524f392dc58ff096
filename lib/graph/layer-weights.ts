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
  return distinct(model.trainableWeights);
}

/** The other weights: frozen ones, and those that layers update themselves, such as moving averages. */
export function stateWeights(model: tf.LayersModel): LayerWeight[] {
  const trained = new Set(trainableWeights(model));
  return distinct(model.nonTrainableWeights).filter((weight) => !trained.has(weight));
}

/** A layer that a model has directly and within another model is listed twice, as frozen too where that model is. */
function distinct(weights: unknown[]): LayerWeight[] {
  return [...new Set(weights)] as LayerWeight[];
}

/** A weight's value, copied to the host. */
export function weightValues(weight: LayerWeight): Float32Array {
  return weight.read().dataSync() as Float32Array;
}

/** Gives a weight a new value. */
export function setWeight(weight: LayerWeight, values: Float32Array): void {
  tf.tidy(() => weight.read().assign(tf.tensor(values, weight.shape)));
}

/**
 * Gives weights that share one tensor, as after `one.setWeights(other.getWeights())`, a copy each: while a
 * step is recorded they are told apart by it.
 */
export function separateWeights(weights: LayerWeight[]): void {
  const seen = new Set<object>();
  for (const weight of weights) {
    if (seen.has(weight.read().dataId)) setWeight(weight, weightValues(weight));
    seen.add(weight.read().dataId);
  }
}

/** The layer that gives a model's output, as far as it is needed here. */
interface OutputLayer {
  name: string;
  /** Those of a model that is a layer itself. */
  outputs?: { sourceLayer: OutputLayer }[];
  activation?: { apply(x: tf.Tensor): tf.Tensor; getClassName(): string };
  getClassName(): string;
  call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor;
}

function outputLayer(layer: OutputLayer): OutputLayer {
  return layer.outputs === undefined ? layer : outputLayer(layer.outputs[0].sourceLayer);
}

/**
 * Runs `body` with the model's last softmax left out, so that applying the model gives logits: the loss
 * is more exact from them. A model that ends without an activation is taken to give logits already.
 *
 * @throws if the model ends with another activation
 */
export function withoutSoftmax<T>(model: tf.LayersModel, body: () => T): T {
  const layer = outputLayer(model as unknown as OutputLayer);
  const activation = layer.activation?.getClassName() ?? 'linear';
  if (!['linear', 'softmax'].includes(activation)) {
    throw new Error(
      `The model's last layer, ${layer.name}, has the activation ${activation}: expected softmax, ` +
        'or none for logits.',
    );
  }
  const replaced: Partial<OutputLayer> = {};
  if (layer.getClassName() === 'Softmax') {
    replaced.call = (inputs) => (Array.isArray(inputs) ? inputs[0] : inputs);
  } else if (activation === 'softmax') {
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
