import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { tf } from '../../lib/backend';
import type { Optimizer } from '../../lib/graph/optimizer';
import { compileTraining } from '../../lib/graph/training-graph';
import { changes, relativeError, weightsOf } from '../support/graph';

/** What Keras made of the same network, data and steps: `scripts/make-keras-fixture.py`. */
interface KerasFixture {
  batch: number;
  shape: [number, number, number];
  classes: number;
  images: number[];
  labels: number[];
  initial: number[][];
  cases: Record<string, { losses: number[]; norms: number[]; weights: number[][][] }>;
}

const keras = JSON.parse(readFileSync('test/fixtures/keras.json', 'utf8')) as KerasFixture;
const sgd: Optimizer = { kind: 'sgd', momentum: 0.9, nesterov: false, weightDecay: 0 };

/** The cases of the fixture in the project's terms. */
const cases: Record<string, { optimizer: Optimizer; rate: number; clipNorm?: number }> = {
  sgd: { optimizer: { ...sgd, momentum: 0 }, rate: 0.1 },
  momentum: { optimizer: sgd, rate: 0.1 },
  nesterov: { optimizer: { ...sgd, nesterov: true }, rate: 0.1 },
  nesterovDecay: { optimizer: { ...sgd, nesterov: true, weightDecay: 0.05 }, rate: 0.1 },
  adamw: {
    optimizer: { kind: 'adamw', beta1: 0.9, beta2: 0.99, epsilon: 1e-6, weightDecay: 0.1 },
    rate: 0.01,
  },
  clipped: { optimizer: sgd, rate: 0.1, clipNorm: 1.7 },
  clippedAdamw: {
    optimizer: { kind: 'adamw', beta1: 0.8, beta2: 0.9, epsilon: 1e-3, weightDecay: 0 },
    rate: 0.01,
    clipNorm: 0.2,
  },
};

/** Keras has a layer's moving statistics beside its weights, TensorFlow.js all of them at the end. */
const KERAS_ORDER = [0, 1, 2, 5, 6, 3, 4];
const inOrder = (weights: number[][]) => KERAS_ORDER.map((place) => weights[place]);

function kerasModel(): tf.LayersModel {
  const layers = [
    tf.layers.conv2d({ filters: 2, kernelSize: 3, useBias: false, inputShape: keras.shape }),
    tf.layers.batchNormalization({ momentum: 0.8, epsilon: 1e-2 }),
    tf.layers.reLU(),
    tf.layers.globalAveragePooling2d({}),
    tf.layers.dense({ units: keras.classes }),
  ];
  const model = tf.sequential({ layers });
  const initial = inOrder(keras.initial);
  tf.tidy(() => {
    model.weights.forEach((weight, index) => {
      weight.write(tf.tensor(initial[index], weight.shape as number[]));
    });
  });
  return model;
}

function dataOfKeras() {
  return {
    images: Uint8Array.from(keras.images),
    labels: Uint8Array.from(keras.labels),
    shape: keras.shape,
    classes: keras.classes,
  };
}

test('the fixture reaches what it is to hold: norms on both sides of the clipping limit', () => {
  const { norms } = keras.cases.clipped;
  assert.ok(norms.some((norm) => norm > 1.7) && norms.some((norm) => norm < 1.7), `${norms}`);
});

for (const [name, { optimizer, rate, clipNorm }] of Object.entries(cases)) {
  test(`${name}: losses, weights and moving statistics are those of Keras after every step`, () => {
    const model = kerasModel();
    const { batch } = keras;
    const before = weightsOf(model);
    const training = compileTraining(model, {
      data: dataOfKeras(),
      optimizer,
      clipNorm,
      batchSizes: [batch],
    });
    keras.cases[name].losses.forEach((loss, step) => {
      const indices = Int32Array.from({ length: batch }, (_, index) => step * batch + index);
      const report = training.step(indices, { rate, seed: 0, step, epoch: 0 });
      assert.ok(relativeError([report.loss], [loss]) < 1e-5, `loss of step ${step}`);
      training.updateModel('present');
      const expected = inOrder(keras.cases[name].weights[step]).map(
        (values) => new Float32Array(values),
      );
      const found = changes(weightsOf(model), before);
      changes(expected, before).forEach((change, place) => {
        const error = relativeError(found[place], change);
        assert.ok(error < 1e-4, `step ${step}, ${model.weights[place].name}: ${error}`);
      });
    });
    training.dispose();
  });
}

test('decayOffsets takes the share of kernels from offsets and scales too, whatever their own rate', () => {
  const [rate, weightDecay] = [0.1, 0.05];
  const before = weightsOf(kerasModel());
  const [kept, decayed] = [false, true].map((decayOffsets) => {
    const model = kerasModel();
    const training = compileTraining(model, {
      data: dataOfKeras(),
      optimizer: { ...sgd, weightDecay, offsetRate: 8, decayOffsets },
      batchSizes: [keras.batch],
    });
    const indices = Int32Array.from({ length: keras.batch }, (_, index) => index);
    training.step(indices, { rate, seed: 0, step: 0, epoch: 0 });
    training.updateModel('present');
    training.dispose();
    return weightsOf(model);
  });
  kerasModel().weights.forEach(({ shape, trainable, name }, place) => {
    const share = trainable && shape.length === 1 ? rate * weightDecay : 0;
    const expected = kept[place].map((value, index) => value - share * before[place][index]);
    assert.ok(relativeError(decayed[place], expected) < 1e-6, name);
  });
});
