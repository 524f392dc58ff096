import assert from 'node:assert/strict';
import test from 'node:test';
import { tf } from '../../lib/backend';
import { compileTraining } from '../../lib/graph/training-graph';
import {
  batchAt,
  changes,
  numbers,
  places,
  plainSgd,
  relativeError,
  sampleData,
  smallModel,
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

test('step(indices, numbers) reports loss and accuracy of the batch before its update', () => {
  const model = smallModel();
  const training = compileTraining(model, trainingOptions());
  const { images, labels } = batchAt(sampleData(), places(1));
  const report = training.step(places(1), numbers());
  const expected = tf.tidy(() => {
    const output = model.apply(images, { training: true }) as tf.Tensor;
    const hits = tf.equal(tf.argMax(output, 1), tf.argMax(labels, 1));
    return tf.mean(tf.cast(hits, 'float32')).dataSync()[0];
  });
  assert.equal(report.accuracy, expected);
  assert.ok(report.loss > 0);
  training.dispose();
  tf.dispose([images, labels]);
});

test('step(indices, numbers) trains on a last, partial batch as on a full one of that size', () => {
  const [both, small] = [[8, 5], [5]].map((batchSizes) => {
    const model = smallModel();
    const training = compileTraining(model, trainingOptions({ batchSizes }));
    const { loss } = training.step(places(2, 5), numbers());
    training.updateModel('present');
    training.dispose();
    return { loss, weights: weightsOf(model) };
  });
  assert.deepEqual(both, small);
});

test('step(indices, numbers) refuses a batch of a size that was not compiled', () => {
  const training = compileTraining(smallModel(), trainingOptions({ batchSizes: [8, 5] }));
  assert.throws(() => training.step(places(0, 6), numbers()), {
    name: 'RangeError',
    message: 'A step was compiled for batches of 8 or 5 images, got 6.',
  });
  training.dispose();
});

test('step(indices, numbers) goes on with the momentum of the other size of batch', () => {
  const rates = { rate: 0, seed: 0, epoch: 0 };
  const moved = [0, 0.9].map((momentum) => {
    const model = smallModel();
    const before = weightsOf(model);
    const options = { optimizer: { ...plainSgd, momentum }, batchSizes: [8, 5] };
    const training = compileTraining(model, trainingOptions(options));
    // At rate 0 the first step moves nothing but the momentum.
    training.step(places(0), { ...rates, step: 0 });
    training.step(places(0, 5), { ...rates, step: 1, rate: 0.1 });
    training.updateModel('present');
    training.dispose();
    return changes(weightsOf(model), before)[0];
  });
  const gradient = firstMove(places(0));
  const expected = moved[0].map((value, index) => value + 0.9 * gradient[index]);
  assert.ok(relativeError(moved[1], expected) < 1e-4);
});

/** How the first kernel moves in one step of plain descent at rate 0.1. */
function firstMove(indices: Int32Array): Float32Array {
  const model = smallModel();
  const before = weightsOf(model);
  const training = compileTraining(model, trainingOptions({ batchSizes: [indices.length] }));
  training.step(indices, numbers(0, { rate: 0.1 }));
  training.updateModel('present');
  training.dispose();
  return changes(weightsOf(model), before)[0];
}

test('compileTraining(model, options) leaves frozen layers as they are', () => {
  const model = smallModel();
  model.layers[0].trainable = false;
  const before = weightsOf(model);
  const names = model.weights.map(({ name }) => name);
  const training = compileTraining(model, trainingOptions());
  assert.equal(training.parameterCount, 4 + 4 + 4 * 3 + 3);
  for (let step = 0; step < 3; step++) training.step(places(step), numbers(step));
  training.updateModel('present');
  training.dispose();
  const moved = changes(weightsOf(model), before);
  model.weights.forEach((weight, place) => {
    const change = moved[names.indexOf(weight.name)] ?? moved[place];
    assert.equal(
      change.some((value) => value !== 0),
      !/conv/.test(weight.name),
      weight.name,
    );
  });
});

test('compileTraining(model, options) names a trainable weight that the loss does not depend on', () => {
  const input = tf.input({ shape: [8, 8, 2] });
  const flat = tf.layers.flatten().apply(input);
  const used = tf.layers.dense({ units: 3, name: 'used' }).apply(flat) as tf.SymbolicTensor;
  const idle = tf.layers.dense({ units: 3, name: 'idle' }).apply(flat) as tf.SymbolicTensor;
  const crop = tf.layers.rescaling({ scale: 0 }).apply(idle) as tf.SymbolicTensor;
  const model = tf.model({ inputs: input, outputs: tf.layers.add().apply([used, crop]) as never });
  const training = compileTraining(model, trainingOptions());
  training.dispose();
});
