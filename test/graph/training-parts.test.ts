import assert from 'node:assert/strict';
import test from 'node:test';
import type { tf } from '../../lib/backend';
import { useNativeGradients } from '../../lib/graph/native-gradients';
import { compileTraining } from '../../lib/graph/training-graph';
import { addTrainingParts, addTrainingStep } from '../../lib/graph/training-parts';
import {
  changes,
  numbers,
  places,
  plainSgd,
  relativeError,
  trainingOptions,
  weightsOf,
  withRandomWeights,
} from '../support/graph';
import { namedNetwork, networkNames, normalizationOnly } from '../support/networks';
import { type StockTraining, stockMomentum, stockRate, stockTraining } from '../support/stock';

const stock = new Map(networkNames.map((name) => [name, stockTraining(namedNetwork(name))]));
const stockNormalization = (() => {
  const model = equalWeights(normalizationOnly(true));
  return { model, ...stockTraining(model, (name) => !/gamma|beta/.test(name)) };
})();

/** Weights that do not depend on how many weights there are before. */
function equalWeights(model: tf.LayersModel): tf.LayersModel {
  for (const layer of model.layers) {
    if (layer.getClassName() !== 'BatchNormalization') withRandomWeights(layer as never);
  }
  return model;
}

function compiledTraining(model: tf.LayersModel, expected: Pick<StockTraining, 'losses'>) {
  const before = weightsOf(model);
  const training = compileTraining(model, stockOptions());
  const losses = expected.losses.map(
    (_, step) => training.step(places(step), numbers(step, { rate: stockRate })).loss,
  );
  training.updateModel('present');
  training.dispose();
  return { losses, moved: changes(weightsOf(model), before) };
}

function stockOptions() {
  const optimizer = { ...plainSgd, momentum: stockMomentum, nesterov: true };
  return trainingOptions({ optimizer });
}

for (const name of networkNames) {
  test(`step(indices, numbers) trains ${name} as stock TensorFlow.js does, for three steps`, () => {
    const expected = stock.get(name)!;
    const model = namedNetwork(name);
    const { losses, moved } = compiledTraining(model, expected);
    assert.ok(relativeError(losses, expected.losses) < 1e-5, `${losses}`);
    changes(expected.after, expected.before).forEach((change, place) => {
      const error = relativeError(moved[place], change);
      assert.ok(error < 1e-4, `${model.weights[place].name}: ${error}`);
    });
  });
}

/** The single native operations that a gradient is made of, where TensorFlow has some. */
const nativeGradients: Record<string, string[]> = {
  'batch norm of images': ['FusedBatchNormGradV3'],
  relu: ['ReluGrad'],
  elu: ['EluGrad'],
  swish: ['SigmoidGrad'],
  'max pooling': ['MaxPoolGrad'],
  'average pooling': ['AvgPoolGrad'],
  'depthwise convolution': ['DepthwiseConv2dNativeBackpropFilter'],
  'separable convolution': ['DepthwiseConv2dNativeBackpropFilter', 'Conv2DBackpropFilter'],
  'logits without a softmax': ['SoftmaxCrossEntropyWithLogits'],
};

for (const [name, operations] of Object.entries(nativeGradients)) {
  test(`addTrainingStep(parts, model) has one ${operations.join(' and one ')} for ${name}`, () => {
    useNativeGradients();
    const model = namedNetwork(name);
    const parts = addTrainingParts(model, trainingOptions());
    addTrainingStep(parts, model, { size: 8, options: trainingOptions() });
    for (const operation of operations) {
      assert.equal(parts.graph.nodes.filter(({ op }) => op === operation).length, 1, operation);
    }
  });
}

test('step(indices, numbers) trains a batch norm without scale and offset, which stock cannot', () => {
  const { model: reference, losses, before, after } = stockNormalization;
  const model = equalWeights(normalizationOnly(false));
  const found = compiledTraining(model, { losses });
  assert.ok(relativeError(found.losses, losses) < 1e-5);
  const kept = reference.weights.map(({ originalName }) => !/gamma|beta/.test(originalName));
  const expected = changes(after, before).filter((_, place) => kept[place]);
  assert.equal(found.moved.length, expected.length);
  expected.forEach((change, place) => {
    assert.ok(relativeError(found.moved[place], change) < 1e-4, model.weights[place].name);
  });
});
