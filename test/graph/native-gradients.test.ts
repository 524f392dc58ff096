import assert from 'node:assert/strict';
import test from 'node:test';
import { tf } from '../../lib/backend';
import { softmaxCrossEntropy, useNativeGradients } from '../../lib/graph/native-gradients';
import { relativeError } from '../support/graph';
import { namedNetwork, networkNames } from '../support/networks';
import { gradientsOf, stockTraining } from '../support/stock';

const stock = new Map(networkNames.map((name) => [name, stockTraining(namedNetwork(name))]));
useNativeGradients();

for (const name of networkNames) {
  test(`useNativeGradients() leaves loss and gradients of ${name} as stock TensorFlow.js has them`, () => {
    const { losses, gradients } = stock.get(name)!;
    const model = namedNetwork(name);
    tf.tidy(() => {
      const { value, grads } = gradientsOf(model, 0);
      assert.ok(relativeError(value.dataSync(), [losses[0]]) < 1e-5);
      Object.entries(grads).forEach(([weight, gradient], index) => {
        const error = relativeError(gradient.dataSync(), gradients[index]);
        assert.ok(error < 1e-4, `${weight}: ${error}`);
      });
    });
  });
}

test('useNativeGradients() may be called again without a change', () => {
  const model = namedNetwork('batch norm of images');
  const loss = () => tf.tidy(() => gradientsOf(model, 0).value.dataSync()[0]);
  const before = loss();
  useNativeGradients();
  assert.equal(loss(), before);
});

test('native gradients of a batch norm leave no tensor behind', () => {
  const model = namedNetwork('batch norm of images');
  const before = tf.memory().numTensors;
  for (let step = 0; step < 3; step++) tf.tidy(() => void gradientsOf(model, step));
  assert.equal(tf.memory().numTensors, before);
});

test('the activations swish and gelu keep their values', () => {
  const input = [-3, -1, -0.1, 0, 0.5, 2];
  const swish = input.map((x) => x / (1 + Math.exp(-x)));
  // x Φ(x), from a table of the normal distribution.
  const gelu = [-0.004_049_7, -0.158_655_3, -0.046_017_2, 0, 0.345_731_2, 1.954_499_7];
  for (const [name, expected] of Object.entries({ swish, gelu })) {
    const layer = tf.layers.activation({ activation: name as 'swish' });
    const found = tf.tidy(() => (layer.apply(tf.tensor1d(input)) as tf.Tensor).dataSync());
    assert.ok(relativeError(found, expected) < 1e-6, name);
  }
});

test('softmaxCrossEntropy(logits, labels) returns the mean over images, exact for large logits', () => {
  const loss = tf.tidy(() => {
    const logits = tf.tensor2d([
      [1000, 0],
      [0, 0],
    ]);
    return softmaxCrossEntropy(
      logits,
      tf.tensor2d([
        [0, 1],
        [0.5, 0.5],
      ]),
    ).dataSync()[0];
  });
  assert.ok(Math.abs(loss - (1000 + Math.log(2)) / 2) < 1e-3);
});

test('softmaxCrossEntropy(logits, labels) has (softmax − labels) / images as its gradient', () => {
  const logits = [
    [1, 2, 3],
    [0, -1, 1],
  ];
  const labels = [
    [0.1, 0.2, 0.7],
    [1, 0, 0],
  ];
  const expected = logits.flatMap((row, image) => {
    const sum = row.reduce((total, logit) => total + Math.exp(logit), 0);
    return row.map((logit, label) => (Math.exp(logit) / sum - labels[image][label]) / 2);
  });
  const found = tf.tidy(() => {
    const gradient = tf.grad((x) => softmaxCrossEntropy(x, tf.tensor2d(labels)));
    return gradient(tf.tensor2d(logits)).dataSync();
  });
  assert.ok(relativeError(found, expected) < 1e-5);
});
