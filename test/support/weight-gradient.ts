/** The weight gradient of a convolution, for passes that lay its images otherwise. */
import assert from 'node:assert/strict';
import { tf } from '../../lib/backend';
import { Graph } from '../../lib/graph/graph';
import { record } from '../../lib/graph/recorder';
import { openSession } from '../../lib/graph/session';

export interface Sizes {
  count?: number;
  channels?: number;
  size?: number;
  kernel?: number;
  strides?: number;
  padding?: 'same' | 'valid';
}

/** The weight gradient of a convolution as a graph; `shapes` are those its operation works on. */
export function weightGradient({
  count = 8,
  size = 7,
  channels = 3,
  kernel = 3,
  strides = 1,
  padding = 'same',
}: Sizes) {
  const graph = new Graph();
  const images = tf.randomNormal<tf.Rank.R4>([count, size, size, channels]);
  const weights = tf.randomNormal<tf.Rank.R4>([kernel, kernel, channels, 5]);
  const inputs = new Map<tf.Tensor, string>([
    [images, graph.placeholder('images', 'float32', images.shape)],
    [weights, graph.placeholder('weights', 'float32', weights.shape)],
  ]);
  let output!: string;
  tf.tidy(() => {
    [output] = record(graph, inputs, () => {
      // A copy, since the shape of what is fed is not known to the pass.
      const copy = tf.mul<tf.Tensor4D>(images, 2);
      const convolve = (x: tf.Tensor) =>
        tf.square(tf.conv2d(copy, x as tf.Tensor4D, strides, padding)).sum();
      return [tf.grad(convolve)(weights)];
    });
  });
  const evaluate = () => {
    graph.after(output, [], { name: 'out' });
    const session = openSession(graph);
    const [result] = session.run({ images, weights }, ['out']);
    const values = result.dataSync();
    session.dispose();
    tf.dispose([result, images, weights]);
    return values;
  };
  const expected = tf.tidy(() => {
    const convolve = (x: tf.Tensor) =>
      tf
        .square(tf.conv2d(tf.mul(images, 2) as tf.Tensor4D, x as tf.Tensor4D, strides, padding))
        .sum();
    return tf.grad(convolve)(weights).dataSync();
  });
  /** Fails where a number is not the one that TensorFlow.js computes. */
  const demandSame = () => {
    const values = evaluate();
    const largest = Math.max(...expected.map(Math.abs));
    values.forEach((value, index) => {
      assert.ok(Math.abs(value - expected[index]) < 1e-5 * largest, `number ${index}`);
    });
  };
  return { graph, demandSame };
}
