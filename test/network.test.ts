import assert from 'node:assert/strict';
import test from 'node:test';
import { tf } from '../lib/backend';
import { buildNetwork, type NetworkRecipe } from '../lib/network';

const options = { mean: 0.286, deviation: 0.353, seed: 3 };
const shape: [number, number, number] = [8, 8, 1];

/** Name, recipe, and how many numbers it trains: counted by hand from the layers' sizes. */
const networks: [name: string, recipe: NetworkRecipe, trained: number][] = [
  [
    'plain',
    { kind: 'plain', widths: [4, 6], convolutions: 2 },
    // 3×3 kernels; scale and offset of each batch norm; dense layer.
    9 * (1 * 4 + 4 * 4 + 4 * 6 + 6 * 6) + 2 * (4 + 4 + 6 + 6) + 6 * 10 + 10,
  ],
  [
    'airbench with two convolutions',
    { kind: 'airbench', widths: [4, 6], convolutions: 2, activation: 'gelu' },
    9 * (1 * 4 + 4 * 4 + 4 * 6 + 6 * 6) + 2 * (4 + 4 + 6 + 6) + 6 * 10 + 10,
  ],
  [
    'airbench with three convolutions',
    { kind: 'airbench', widths: [4], convolutions: 3, activation: 'swish' },
    9 * (1 * 4 + 4 * 4 + 4 * 4) + 2 * (3 * 4) + 4 * 10 + 10,
  ],
  [
    'wide residual, 10 layers deep',
    { kind: 'wide-residual', depth: 10, width: 1 },
    // First layer; three blocks, of which two change the width by a 1×1 convolution; last batch norm.
    9 * (16 + 2 * 16 * 16 + 16 * 32 + 32 * 32 + 32 * 64 + 64 * 64) +
      (16 * 32 + 32 * 64) +
      2 * (16 + 16 + 16 + 32 + 32 + 64 + 64) +
      64 * 10 +
      10,
  ],
];

function numbersOf(weights: { shape: (number | null)[] }[]): number {
  return weights.reduce(
    (sum, weight) => sum + weight.shape.reduce((size: number, length) => size * (length ?? 1), 1),
    0,
  );
}

for (const [name, recipe, trained] of networks) {
  test(`buildNetwork(recipe, options) builds a network that is ${name}: ${trained} numbers`, () => {
    const model = buildNetwork(recipe, { ...options, shape });
    assert.equal(numbersOf(model.trainableWeights), trained);
    assert.deepEqual(model.inputs[0].shape, [null, ...shape]);
    assert.deepEqual(model.outputs[0].shape, [null, 10]);
  });

  test(`a network that is ${name} gives probabilities`, () => {
    const model = buildNetwork(recipe, { ...options, shape, classes: 4 });
    tf.tidy(() => {
      const output = model.predict(tf.ones([3, ...shape])) as tf.Tensor2D;
      assert.deepEqual(output.shape, [3, 4]);
      for (const row of output.arraySync()) {
        assert.ok(row.every((value) => value > 0 && value < 1));
        assert.ok(Math.abs(row.reduce((sum, value) => sum + value, 0) - 1) < 1e-5);
      }
    });
  });

  test(`a network that is ${name} has the same weights for the same seed, others for another`, () => {
    const [first, same, other] = [3, 3, 4].map((seed) => {
      const model = buildNetwork(recipe, { ...options, shape, seed });
      return model.getWeights().map((weight) => Array.from(weight.dataSync()));
    });
    assert.deepEqual(same, first);
    assert.notDeepEqual(other, first);
    const kernels = first.filter((values) => values.some((value) => value !== 0 && value !== 1));
    assert.equal(new Set(kernels.map((values) => values[0])).size, kernels.length);
  });

  test(`a network that is ${name} consists of layers that stock TensorFlow.js knows`, async () => {
    const model = buildNetwork(recipe, { ...options, shape });
    const copy = await tf.models.modelFromJSON(JSON.parse(model.toJSON() as unknown as string));
    copy.setWeights(model.getWeights());
    tf.tidy(() => {
      const images = tf.linspace(0, 1, 2 * 64).reshape([2, ...shape]);
      const [found, expected] = [copy, model].map((each) =>
        Array.from((each.predict(images) as tf.Tensor).dataSync()),
      );
      assert.deepEqual(found, expected);
    });
  });
}

test('a network takes pixels from 0 to 1 and normalises them itself', () => {
  const recipe: NetworkRecipe = { kind: 'plain', widths: [4], convolutions: 1 };
  const model = buildNetwork(recipe, { ...options, shape });
  tf.tidy(() => {
    const pixels = tf
      .tensor([0, options.mean, 1])
      .reshape([3, 1, 1, 1])
      .tile([1, ...shape]);
    const normalized = (model.layers[1].apply(pixels) as tf.Tensor4D).slice(
      [0, 0, 0, 0],
      [3, 1, 1, 1],
    );
    const expected = [0, options.mean, 1].map(
      (pixel) => (pixel - options.mean) / options.deviation,
    );
    normalized.dataSync().forEach((value, index) => {
      assert.ok(Math.abs(value - expected[index]) < 1e-5);
    });
  });
});

test('fresh kernels are normal with the deviation √(2 / inputs) of He et al., cut at two of it', () => {
  const recipe: NetworkRecipe = { kind: 'plain', widths: [64, 64], convolutions: 1 };
  const model = buildNetwork(recipe, { ...options, shape });
  const kernel = model.trainableWeights.filter((weight) => weight.shape.length === 4)[1];
  const deviation = tf.tidy(() => tf.moments(kernel.read()).variance.sqrt().dataSync()[0]);
  // Cutting at two deviations leaves 0.88 of the deviation.
  const expected = 0.8796 * Math.sqrt(2 / (9 * 64));
  assert.ok(Math.abs(deviation / expected - 1) < 0.02, `${deviation}, not ${expected}`);
});

for (const depth of [4, 12, 15]) {
  test(`a wide residual network ${depth} layers deep is refused: it has no whole blocks`, () => {
    assert.throws(() => buildNetwork({ kind: 'wide-residual', depth, width: 1 }, options), {
      name: 'RangeError',
      message: `A wide residual network is 10, 16, 22, … layers deep, got ${depth}.`,
    });
  });
}

test('disposing of a network frees all its tensors', () => {
  const before = tf.memory().numTensors;
  for (const [, recipe] of networks) buildNetwork(recipe, { ...options, shape }).dispose();
  assert.equal(tf.memory().numTensors, before);
});
