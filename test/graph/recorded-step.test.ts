import assert from 'node:assert/strict';
import test from 'node:test';
import type { Transform } from '../../lib/augmentation';
import { tf } from '../../lib/backend';
import { compileTraining } from '../../lib/graph/training-graph';
import {
  batchAt,
  changes,
  modelWithDropout,
  numbers,
  places,
  plainSgd,
  relativeError,
  sampleData,
  smallModel,
  trainingOptions,
  weightsOf,
} from '../support/graph';
import { stockLoss } from '../support/networks';

test('compileTraining(model, options) leaves frozen layers as they are', () => {
  const model = smallModel();
  model.layers[0].trainable = false;
  const before = weightsOf(model);
  const training = compileTraining(model, trainingOptions());
  assert.equal(training.parameterCount, 4 + 4 + 4 * 3 + 3);
  for (let step = 0; step < 3; step++) training.step(places(step), numbers(step));
  training.updateModel('present');
  training.dispose();
  const moved = changes(weightsOf(model), before);
  model.weights.forEach((weight, place) => {
    const changed = moved[place].some((value) => value !== 0);
    assert.equal(changed, !/conv/.test(weight.name), weight.name);
  });
});

test('compileTraining(model, options) normalises by the moving statistics where batch norm is frozen', () => {
  const model = smallModel();
  model.layers[1].trainable = false;
  const statistics = () => model.layers[1].getWeights().flatMap((weight) => [...weight.dataSync()]);
  const before = statistics();
  const { images, labels } = batchAt(sampleData(), places(0));
  const expected = -tf
    .mean(tf.sum(tf.mul(labels, tf.log(model.predict(images) as tf.Tensor)), 1))
    .dataSync()[0];
  const training = compileTraining(model, trainingOptions());
  const { loss } = training.step(places(0), numbers());
  assert.ok(relativeError([loss], [expected]) < 1e-5, `${loss}, expected ${expected}`);
  training.updateModel('present');
  training.dispose();
  assert.deepEqual(statistics(), before);
});

test('compileTraining(model, options) tells weights apart that were set from one tensor', () => {
  const [ones, zeros] = [tf.ones([4]), tf.zeros([4])];
  const trained = [true, false].map((shared) => {
    const model = smallModel();
    const own = (tensor: tf.Tensor) => (shared ? tensor : tf.tensor(tensor.dataSync()));
    model.layers[1].setWeights([ones, zeros, zeros, ones].map(own));
    const training = compileTraining(model, trainingOptions());
    for (let step = 0; step < 3; step++) training.step(places(step), numbers(step));
    training.updateModel('present');
    training.dispose();
    return weightsOf(model);
  });
  assert.deepEqual(trained[0], trained[1]);
});

/** A dense layer used directly and within another model; everything else is between and around them. */
function modelWithSharedLayer() {
  const shared = tf.layers.dense({ units: 4, inputShape: [4] });
  const input = tf.input({ shape: [8, 8, 2] });
  const pooled = tf.layers
    .dense({ units: 4 })
    .apply(tf.layers.globalAveragePooling2d({}).apply(input));
  const inner = tf.sequential({ layers: [shared] });
  const sum = tf.layers
    .add()
    .apply([shared.apply(pooled) as tf.SymbolicTensor, inner.apply(pooled) as tf.SymbolicTensor]);
  const output = tf.layers.dense({ units: 3 }).apply(sum) as tf.SymbolicTensor;
  return { model: tf.model({ inputs: input, outputs: output }), inner, shared };
}

test('compileTraining(model, options) trains a layer once that is used directly and within another model', () => {
  const training = compileTraining(modelWithSharedLayer().model, trainingOptions());
  assert.equal(training.parameterCount, 2 * 4 + 4 + (4 * 4 + 4) + 4 * 3 + 3);
  training.dispose();
});

test('compileTraining(model, options) trains a layer that is within a frozen model too', () => {
  const { model, inner, shared } = modelWithSharedLayer();
  inner.trainable = false;
  shared.trainable = true;
  const [before] = shared.getWeights().map((weight) => [...weight.dataSync()]);
  const training = compileTraining(model, trainingOptions());
  training.step(places(0), numbers());
  training.updateModel('present');
  training.dispose();
  assert.notDeepEqual([...shared.getWeights()[0].dataSync()], before);
});

test('compileTraining(model, options) refuses a model of which every weight is frozen', () => {
  const model = smallModel();
  model.trainable = false;
  assert.throws(() => compileTraining(model, trainingOptions()), {
    message: 'Every weight of the model is frozen: let one train.',
  });
});

test('compileTraining(model, options) refuses a model that ends with an activation but softmax', () => {
  const layers = [
    tf.layers.flatten({ inputShape: [8, 8, 2] }),
    tf.layers.dense({ units: 3, activation: 'sigmoid', name: 'scores' }),
  ];
  assert.throws(() => compileTraining(tf.sequential({ layers }), trainingOptions()), {
    message: /last layer, scores, has the activation sigmoid: expected softmax, or none for logits/,
  });
});

/** A layer with a weight that it has no use for. */
class IdleLayer extends tf.layers.Layer {
  static className = 'IdleLayer';

  override build(): void {
    this.addWeight('idle', [2], 'float32', tf.initializers.zeros());
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return Array.isArray(inputs) ? inputs[0] : inputs;
  }
}

test('compileTraining(model, options) names a trainable weight that the loss does not depend on', () => {
  const input = tf.input({ shape: [8, 8, 2] });
  const flat = tf.layers.flatten().apply(new IdleLayer({ name: 'lazy' }).apply(input));
  const output = tf.layers.dense({ units: 3 }).apply(flat) as tf.SymbolicTensor;
  const model = tf.model({ inputs: input, outputs: output });
  assert.throws(() => compileTraining(model, trainingOptions()), {
    message: 'The loss does not depend on the trainable weight lazy/idle: freeze it.',
  });
  model.layers[1].trainable = false;
  const training = compileTraining(model, trainingOptions());
  assert.ok(training.step(places(0), numbers()).loss > 0);
  training.dispose();
});

test('compileTraining(model, options) trains towards targets in place of labels', () => {
  const data = sampleData();
  const soft = [0.7, 0.2, 0.1];
  // A row for each image, turned by its label, so that one taken from a wrong place would show.
  const targets = Float32Array.from(
    [...data.labels].flatMap((label) => [
      soft[(3 - label) % 3],
      soft[(4 - label) % 3],
      soft[(5 - label) % 3],
    ]),
  );
  const model = smallModel();
  const { images } = batchAt(data, places(1));
  const expected = tf.tidy(() => {
    const probabilities = (model.apply(images, { training: true }) as tf.Tensor).dataSync();
    const wanted = [...places(1)].flatMap((place) => [
      ...targets.subarray(3 * place, 3 * place + 3),
    ]);
    return wanted.reduce((sum, target, at) => sum - target * Math.log(probabilities[at]), 0) / 8;
  });
  const training = compileTraining(smallModel(), trainingOptions({ data: { ...data, targets } }));
  const { loss } = training.step(places(1), numbers());
  assert.ok(relativeError([loss], [expected]) < 1e-5, `${loss}, not ${expected}`);
  training.dispose();
  images.dispose();
});

test('targets that are the labels move the weights as the labels do, bit for bit', () => {
  const data = sampleData();
  const targets = new Float32Array(3 * data.labels.length);
  data.labels.forEach((label, place) => {
    targets[3 * place + label] = 1;
  });
  const [hard, soft] = [data, { ...data, targets }].map((given) => {
    const model = smallModel();
    const training = compileTraining(model, trainingOptions({ data: given }));
    for (let step = 0; step < 3; step++) training.step(places(step), numbers(step));
    training.updateModel('present');
    training.dispose();
    return weightsOf(model);
  });
  assert.deepEqual(soft, hard);
});

test('compileTraining(model, options) spreads a share of each label over all classes', () => {
  const share = 0.3;
  const model = smallModel();
  const { images, labels } = batchAt(sampleData(), places(0));
  const expected = tf.tidy(() => {
    const probabilities = (model.apply(images, { training: true }) as tf.Tensor).dataSync();
    const targets = Array.from(labels.dataSync(), (label) => label * (1 - share) + share / 3);
    return targets.reduce((sum, target, at) => sum - target * Math.log(probabilities[at]), 0) / 8;
  });
  const training = compileTraining(smallModel(), trainingOptions({ labelSmoothing: share }));
  const { loss } = training.step(places(0), numbers());
  assert.ok(relativeError([loss], [expected]) < 1e-5, `${loss}, not ${expected}`);
  training.dispose();
  tf.dispose([images, labels]);
});

test('compileTraining(model, options) runs the transform on the batch of each step', () => {
  const transform: Transform = ({ images, labels, indices }, { epoch }) => {
    const shift = tf.mean(tf.cast(indices, 'float32'));
    return { images: tf.add(tf.mul(images, epoch), shift), labels: tf.reverse(labels, 1), indices };
  };
  const model = smallModel();
  const indices = places(1);
  const { images, labels } = batchAt(sampleData(), indices);
  const expected = tf.tidy(() => {
    const context = { epoch: tf.scalar(2, 'int32'), random: undefined as never };
    const changed = transform({ images, labels, indices: tf.tensor1d(indices, 'int32') }, context);
    return stockLoss(model, changed.images, changed.labels).dataSync()[0];
  });
  const training = compileTraining(smallModel(), trainingOptions({ transform }));
  const { loss } = training.step(indices, numbers(0, { epoch: 2 }));
  assert.ok(relativeError([loss], [expected]) < 1e-5, `${loss}, not ${expected}`);
  training.dispose();
  tf.dispose([images, labels]);
});

const optimizer = { ...plainSgd, momentum: 0.9, nesterov: true, weightDecay: 0.01 };

test('the same seed gives the same weights, bit for bit, over 20 steps with dropout', () => {
  const [first, second] = [0, 1].map(() => {
    const training = compileTraining(modelWithDropout(), trainingOptions({ optimizer }));
    for (let step = 0; step < 20; step++) training.step(places(step), numbers(step));
    const values = training.read();
    training.dispose();
    return values;
  });
  assert.deepEqual(first, second);
});

test('another seed gives other weights where something is drawn', () => {
  const [first, second] = [1, 2].map((seed) => {
    const training = compileTraining(modelWithDropout(), trainingOptions());
    training.step(places(0), numbers(0, { seed }));
    const { kernels } = training.read();
    training.dispose();
    return kernels;
  });
  assert.notDeepEqual(first, second);
});

test('compileTraining(model, options) leaves the model as it was: weights, output, softmax', () => {
  const model = smallModel();
  const { images, labels } = batchAt(sampleData(), places(0));
  const predict = () => tf.tidy(() => (model.predict(images) as tf.Tensor).dataSync());
  const before = { weights: weightsOf(model), output: predict(), topology: model.toJSON() };
  compileTraining(model, trainingOptions()).dispose();
  assert.deepEqual(
    { weights: weightsOf(model), output: predict(), topology: model.toJSON() },
    before,
  );
  tf.dispose([images, labels]);
});
