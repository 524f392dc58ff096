import assert from 'node:assert/strict';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import type { Browser } from 'playwright-core';
import { tf } from '../lib/backend';
import { type Dataset, loadDataset } from '../lib/dataset';
import { compileTraining } from '../lib/graph/training-graph';
import { loadModel, saveModel } from '../lib/model-store';
import { buildNetwork, type NetworkRecipe } from '../lib/network';
import { predictProbabilities } from '../lib/prediction';
import { openBrowser, withoutChromium } from './support/browser';
import { temporaryFolder } from './support/folder';
import { plainSgd } from './support/graph';
import { predictInBrowser, predictInNode } from './support/stock-runtimes';

const networks: Record<string, NetworkRecipe> = {
  plain: { kind: 'plain', widths: [4, 8], convolutions: 2 },
  'airbench, gelu': { kind: 'airbench', widths: [6, 8], convolutions: 3, activation: 'gelu' },
  'airbench, swish, whitening': {
    kind: 'airbench',
    widths: [6, 8],
    convolutions: 2,
    activation: 'swish',
    whitening: 2,
    identity: true,
    scale: false,
  },
  'wide residual': { kind: 'wide-residual', depth: 10, width: 1 },
};

const { layers } = tf;

/** A network of the layers that the recipes' networks do not have. */
function otherLayers(): tf.LayersModel {
  const input = tf.input({ shape: [28, 28, 1] });
  const convolution = { filters: 4, kernelSize: 3, padding: 'same' } as const;
  const left = layers.separableConv2d({ ...convolution, activation: 'elu' }).apply(input);
  const right = layers.depthwiseConv2d({ kernelSize: 3, padding: 'same' }).apply(input);
  const joined = layers.concatenate().apply([left, right] as tf.SymbolicTensor[]);
  const chain = [
    layers.averagePooling2d({ poolSize: 2 }),
    layers.leakyReLU({ alpha: 0.1 }),
    layers.conv2d({ ...convolution, strides: 2 }),
    layers.batchNormalization({}),
    layers.flatten(),
    layers.dropout({ rate: 0.3 }),
    layers.dense({ units: 10, activation: 'softmax' }),
  ];
  const output = chain.reduce((features, layer) => layer.apply(features), joined);
  return tf.model({ inputs: input, outputs: output as tf.SymbolicTensor });
}

/** Trains for a few steps, so that all weights and averages have moved. */
function trained(model: tf.LayersModel, { train }: Dataset): tf.LayersModel {
  const training = compileTraining(model, {
    data: { ...train, shape: [28, 28, 1], classes: 10 },
    optimizer: { ...plainSgd, momentum: 0.9 },
    batchSizes: [train.count],
  });
  const indices = Int32Array.from({ length: train.count }, (_, index) => index);
  for (let step = 0; step < 5; step++) {
    training.step(indices, { rate: 0.05, seed: 1, step, epoch: 0 });
  }
  training.updateModel('present');
  training.dispose();
  return model;
}

function assertNear(found: Float32Array, expected: Float32Array): void {
  assert.equal(found.length, expected.length);
  const distance = Math.max(...found.map((value, index) => Math.abs(value - expected[index])));
  assert.ok(distance < 1e-5, `${distance}`);
}

/** The included model, and small ones that are trained here. */
const models: Record<string, (data: Dataset) => Promise<tf.LayersModel>> = {
  'the included model': async () => (await loadModel('best')).model,
  'all other layers': async (data) => trained(otherLayers(), data),
};
for (const [name, network] of Object.entries(networks)) {
  models[name] = async (data) => {
    const { images } = data.train;
    return trained(buildNetwork(network, { mean: 0.29, deviation: 0.35, seed: 1, images }), data);
  };
}

const folder = temporaryFolder();

let browser: Browser;

before(async () => {
  if (!withoutChromium) browser = await openBrowser();
});

after(() => browser?.close());

for (const [name, build] of Object.entries(models)) {
  test(`a saved model predicts the same in stock TensorFlow.js within 1e-5: ${name}`, async (context) => {
    const data = await loadDataset({ directory: 'test/fixtures' });
    const model = await build(data);
    const images = Float32Array.from(data.validation.images, (byte) => byte / 255).subarray(
      0,
      4 * 784,
    );
    const input = { folder: join(folder, name), images };
    await saveModel(model, input.folder);
    const expected = await predictProbabilities(model, images);
    model.dispose();
    await context.test('in Node', () => {
      assertNear(predictInNode('@tensorflow/tfjs', input), expected);
    });
    await context.test('in a browser', { skip: withoutChromium }, async () => {
      const { probabilities, complaints } = await predictInBrowser(browser, input);
      assertNear(probabilities, expected);
      assert.deepEqual(complaints, []);
    });
  });
}
