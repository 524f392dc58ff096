import assert from 'node:assert/strict';
import test from 'node:test';
import { tf } from '../../lib/backend';
import { Graph } from '../../lib/graph/graph';
import { record } from '../../lib/graph/recorder';

const { conv2d, depthwiseConv2d } = tf;
type Convolve = (images: tf.Tensor4D, kernel: tf.Tensor4D) => tf.Tensor4D;

const convolutions: Record<string, Convolve> = {
  'a convolution': (images, kernel) => conv2d(images, kernel, 1, 'same'),
  'one in steps of two': (images, kernel) => conv2d(images, kernel, 2, 'same'),
  'one without padding': (images, kernel) => conv2d(images, kernel, [1, 2], 'valid'),
  'a depthwise one': (images, kernel) => depthwiseConv2d(images, kernel, 2, 'same'),
};

/** What a convolution and both of its gradients give. */
function answers(convolve: Convolve, images: tf.Tensor4D, kernel: tf.Tensor4D): tf.Tensor[] {
  const gradients = tf.grads((...both) => convolve(both[0] as tf.Tensor4D, both[1] as tf.Tensor4D));
  return [convolve(images, kernel), ...gradients([images, kernel])];
}

for (const [name, convolve] of Object.entries(convolutions)) {
  test(`recording, ${name} and its gradients are zeros of the right shapes`, () => {
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const images = tf.ones<tf.Rank.R4>([5, 8, 9, 3]);
      const kernel = tf.ones<tf.Rank.R4>([3, 3, 3, 2]);
      const real = answers(convolve, images, kernel);
      const known = new Map<tf.Tensor, string>([
        [images, 'images'],
        [kernel, 'kernel'],
      ]);
      let recorded: tf.Tensor[] = [];
      const graph = new Graph();
      record(graph, known, () => {
        recorded = answers(convolve, images, kernel);
        return recorded;
      });
      recorded.forEach((tensor, index) => {
        assert.deepEqual(tensor.shape, real[index].shape);
        assert.equal(tf.max(tf.abs(tensor)).dataSync()[0], 0);
        assert.ok(tf.max(real[index]).dataSync()[0] > 0);
      });
    });
    assert.equal(tf.memory().numTensors, before);
  });
}
