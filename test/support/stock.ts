/**
 * What stock TensorFlow.js makes of a network: the reference for native gradients and compiled steps.
 * To be asked before anything calls `useNativeGradients`, which changes the layers for the process.
 */
import { tf } from '../../lib/backend';
import { batchAt, places, sampleData, weightsOf } from './graph';
import { stockLoss } from './networks';

const stockSteps = 3;
export const stockRate = 0.05;
export const stockMomentum = 0.9;

export interface StockTraining {
  /** The loss of each step. */
  losses: number[];
  /** The gradients of the first step, in the order of the trained weights. */
  gradients: Float32Array[];
  before: Float32Array[];
  after: Float32Array[];
}

/** Trains `model` for three steps with Nesterov momentum. */
export function stockTraining(
  model: tf.LayersModel,
  trained: (name: string) => boolean = () => true,
): StockTraining {
  const before = weightsOf(model);
  const optimizer = tf.train.momentum(stockRate, stockMomentum, true);
  const losses: number[] = [];
  let gradients: Float32Array[] = [];
  for (let step = 0; step < stockSteps; step++) {
    tf.tidy(() => {
      const { value, grads } = gradientsOf(model, step, trained);
      if (step === 0)
        gradients = Object.values(grads).map((grad) => Float32Array.from(grad.dataSync()));
      optimizer.applyGradients(Object.entries(grads).map(([name, tensor]) => ({ name, tensor })));
      losses.push(value.dataSync()[0]);
    });
  }
  optimizer.dispose();
  return { losses, gradients, before, after: weightsOf(model) };
}

/** The loss and the gradients of one step as the present layers and gradients give them. */
export function gradientsOf(
  model: tf.LayersModel,
  step: number,
  trained: (name: string) => boolean = () => true,
): { value: tf.Scalar; grads: tf.NamedTensorMap } {
  const { images, labels } = batchAt(sampleData(), places(step));
  const variables = model.trainableWeights
    .filter((weight) => trained(weight.originalName))
    .map((weight) => weight.read() as tf.Variable);
  return tf.variableGrads(() => stockLoss(model, images, labels), variables);
}
