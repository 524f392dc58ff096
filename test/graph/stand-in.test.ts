import assert from 'node:assert/strict';
import test from 'node:test';
import { tf } from '../../lib/backend';
import { Graph } from '../../lib/graph/graph';
import { useNativeGradients } from '../../lib/graph/native-gradients';
import { record } from '../../lib/graph/recorder';

type Operation = (...inputs: tf.Tensor4D[]) => tf.Tensor;

const { conv2d, depthwiseConv2d } = tf;

const operations: Record<string, Operation> = {
  'a convolution': (images, kernel) => conv2d(images, kernel, 1, 'same'),
  'one in steps of two': (images, kernel) => conv2d(images, kernel, 2, 'same'),
  'one without padding': (images, kernel) => conv2d(images, kernel, [1, 2], 'valid'),
  'a depthwise one': (images, kernel) => depthwiseConv2d(images, kernel, 2, 'same'),
  'the largest of each window': (images) => tf.maxPool(images, 3, 2, 'same'),
  'the mean of each window': (images) => tf.avgPool(images, 2, 2, 'valid'),
  'combining numbers, some of them repeated': (images, kernel) =>
    tf.relu(tf.sub(tf.mul(images, 2), tf.sum(kernel, [0, 1, 3]))),
  'a reshape of a result': (images) => tf.reshape(tf.tanh(images), [400, 72, 3]),
};

/** What an operation and its gradients give. */
function answers(operation: Operation, inputs: tf.Tensor4D[]): tf.Tensor[] {
  return [
    operation(...inputs),
    ...tf.grads(operation as (...all: tf.Tensor[]) => tf.Tensor)(inputs),
  ];
}

/** Runs `body` while it is recorded; it may use the tensors `known`. */
function recorded(known: tf.Tensor[], body: () => tf.Tensor[]): tf.Tensor[] {
  let made: tf.Tensor[] = [];
  const inputs = new Map(known.map((tensor, index) => [tensor, `input${index}`]));
  record(new Graph(), inputs, () => {
    made = body();
    return made;
  });
  return made;
}

const describe = ({ shape, dtype }: tf.Tensor) => ({ shape, dtype });

for (const [name, operation] of Object.entries(operations)) {
  test(`recording, ${name} and the gradients have their shapes and types`, () => {
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      // So many that what is made of them has a stand-in, whatever the operation.
      const both = [tf.ones<tf.Rank.R4>([400, 8, 9, 3]), tf.ones<tf.Rank.R4>([3, 3, 3, 2])];
      const inputs = both.slice(0, operation.length);
      const real = answers(operation, inputs);
      const made = recorded(inputs, () => answers(operation, inputs));
      assert.deepEqual(made.map(describe), real.map(describe));
    });
    assert.equal(tf.memory().numTensors, before);
  });
}

test('recording, batch normalization, its gradient and its averages have their shapes and types', () => {
  useNativeGradients();
  const layer = tf.layers.batchNormalization({});
  layer.build([null, 8, 9, 3]);
  const weights = layer.weights.map((weight) => weight.read());
  const normalize: Operation = (images) => layer.apply(images, { training: true }) as tf.Tensor;
  tf.tidy(() => {
    const images = tf.ones<tf.Rank.R4>([5, 8, 9, 3]);
    const all = () => [...answers(normalize, [images]), ...layer.weights.map((one) => one.read())];
    const real = all().map(describe);
    assert.deepEqual(recorded([images, ...weights], all).map(describe), real);
  });
  tf.dispose(weights);
});

test('recording, what has to be computed is computed of zeros', () => {
  tf.tidy(() => {
    const images = tf.ones([100, 28, 28, 8]);
    const [sum, largest] = recorded([images], () => {
      const doubled = tf.reshape(tf.mul(images, 2), [100, 28 * 28 * 8]);
      return [tf.sum(doubled), tf.argMax(doubled, 1)];
    });
    assert.equal(sum.dataSync()[0], 0);
    assert.deepEqual([...largest.dataSync()], Array(100).fill(0));
  });
});

test('recording, shapes that do not go together are refused', () => {
  tf.tidy(() => {
    const [one, other] = [tf.ones([2, 3]), tf.ones([2, 4])];
    assert.throws(() => recorded([one, other], () => [tf.add(one, other)]), /shapes 2,3 and 2,4/);
  });
});

test('recording takes no memory for large results', {
  skip: process.platform !== 'linux' && 'other systems count memory that is not used',
}, () => {
  tf.tidy(() => {
    const images = tf.ones<tf.Rank.R4>([1000, 28, 28, 1]);
    const kernel = tf.ones<tf.Rank.R4>([3, 3, 1, 64]);
    const before = process.memoryUsage.rss();
    recorded([images, kernel], () => [tf.relu(conv2d(images, kernel, 1, 'same'))]);
    assert.ok(process.memoryUsage.rss() - before < 1000 * 28 * 28 * 64);
  });
});
