import assert from 'node:assert/strict';
import test from 'node:test';
import type { AirbenchRecipe } from '../lib/airbench';
import { tf } from '../lib/backend';
import { imagePixels } from '../lib/idx';
import { buildNetwork } from '../lib/network';
import { createRandom } from '../lib/random';

const recipe: AirbenchRecipe = {
  kind: 'airbench',
  widths: [12, 8],
  convolutions: 2,
  activation: 'relu',
  whitening: 2,
  identity: true,
  scale: false,
};
const random = createRandom(2);
const images = Uint8Array.from({ length: 20 * imagePixels }, () => random.integer(256));
const options = { mean: 0.5, deviation: 0.29, seed: 4, images };

test('the whitening convolution is set from the images, has no padding, and is not trained', () => {
  const model = buildNetwork(recipe, options);
  const whitening = model.getLayer('whitening');
  assert.deepEqual(whitening.outputShape, [null, 27, 27, 8]);
  assert.equal(whitening.trainableWeights.length, 0);
  const [kernel] = whitening.getWeights();
  assert.ok(kernel.dataSync().some((value) => Math.abs(value) > 0.1));
  model.dispose();
});

test('convolutions pass their inputs on: the first filters, as many as there are inputs', () => {
  const model = buildNetwork(recipe, options);
  const kernels = model.layers
    .filter((layer) => layer.getClassName() === 'Conv2D' && layer.name !== 'whitening')
    .map((layer) => layer.getWeights()[0] as tf.Tensor4D);
  assert.deepEqual(
    kernels.map(({ shape }) => shape.slice(2)),
    [
      [8, 12],
      [12, 12],
      [12, 8],
      [8, 8],
    ],
  );
  tf.tidy(() => {
    for (const kernel of kernels) {
      const [, , inputs, filters] = kernel.shape;
      const values = tf.randomUniform<tf.Rank.R4>([1, 5, 5, inputs]);
      const found = tf.conv2d(values, kernel, 1, 'same');
      const passed = Math.min(inputs, filters);
      const part = (x: tf.Tensor4D) => tf.slice(x, [0, 0, 0, 0], [1, 5, 5, passed]);
      assert.equal(tf.max(tf.abs(tf.sub(part(found), part(values)))).dataSync()[0], 0);
    }
  });
  // The filters beyond the inputs are random.
  assert.ok(
    kernels[0]
      .slice([0, 0, 0, 8], [3, 3, 8, 4])
      .dataSync()
      .every((value) => value !== 0),
  );
  model.dispose();
});

test('scale: false leaves the offset alone to batch norm', () => {
  const model = buildNetwork(recipe, options);
  const norms = model.layers.filter((layer) => layer.getClassName() === 'BatchNormalization');
  assert.equal(norms.length, 4);
  for (const layer of norms) assert.equal(layer.trainableWeights.length, 1);
  model.dispose();
});

test('the shortcut of three convolutions joins after the last activation or before it', () => {
  const three: AirbenchRecipe = { ...recipe, widths: [8], convolutions: 3 };
  const inputsOfJoin = (joinBeforeActivation?: boolean) => {
    const model = buildNetwork({ ...three, joinBeforeActivation }, options);
    const join = model.layers.find((layer) => layer.getClassName() === 'Add');
    const [branch] = (join?.input ?? []) as tf.SymbolicTensor[];
    const name = branch.sourceLayer.getClassName();
    model.dispose();
    return name;
  };
  assert.equal(inputsOfJoin(), 'Activation');
  assert.equal(inputsOfJoin(true), 'BatchNormalization');
});

test('a network with a whitening convolution cannot be built without images', () => {
  const { images: _, ...without } = options;
  assert.throws(() => buildNetwork(recipe, without), /built from training images: pass them/);
});

test('building, with whitening and identities, leaves no tensor behind but the weights', () => {
  const before = tf.memory().numTensors;
  const model = buildNetwork(recipe, options);
  assert.equal(tf.memory().numTensors, before + model.weights.length);
  model.dispose();
  assert.equal(tf.memory().numTensors, before);
});
