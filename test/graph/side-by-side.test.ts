import assert from 'node:assert/strict';
import test from 'node:test';
import { tf } from '../../lib/backend';
import { Graph } from '../../lib/graph/graph';
import { record } from '../../lib/graph/recorder';
import { openSession } from '../../lib/graph/session';
import { layImagesSideBySide } from '../../lib/graph/side-by-side';

interface Sizes {
  count?: number;
  size?: number;
  kernel?: number;
  strides?: number;
  padding?: 'same' | 'valid';
}

/** The weight gradient of a convolution as a graph; `shapes` are those its operation works on. */
function weightGradient({ count = 8, size = 7, kernel = 3, strides = 1, padding = 'same' }: Sizes) {
  const graph = new Graph();
  const images = tf.randomNormal<tf.Rank.R4>([count, size, size, 3]);
  const weights = tf.randomNormal<tf.Rank.R4>([kernel, kernel, 3, 5]);
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
  return { graph, expected, evaluate };
}

/** The rows that the images of a graph's weight gradient have after the pass: images in each. */
function imagesInRow(graph: Graph): number {
  const before = graph.nodes.length;
  layImagesSideBySide(graph);
  if (graph.nodes.length === before) return 1;
  const rows = graph.nodes.find(({ op }) => op === 'Transpose');
  const reshape = graph.nodes.find(({ name }) => name === rows?.inputs[0]);
  const shape = graph.nodes.find(({ name }) => name === reshape?.inputs[1])?.constant?.values;
  return (shape as Int32Array)[1];
}

const cases: [what: string, sizes: Sizes, expected: number][] = [
  ['rows of 7 pixels: 4 fill a group', {}, 4],
  ['rows of 3 pixels: 8 fill a group', { size: 3 }, 8],
  ['a batch that 4 does not divide', { count: 25 }, 25],
  ['kernels of 5 pixels: wider gaps', { kernel: 5 }, 8],
  ['kernels of 1 pixel: no gaps', { kernel: 1 }, 4],
  ['long rows stay', { size: 14 }, 1],
  ['strides stay', { strides: 2 }, 1],
  ['valid padding stays', { padding: 'valid' }, 1],
  ['a single image stays', { count: 1 }, 1],
];

for (const [what, sizes, expected] of cases) {
  test(`layImagesSideBySide(graph) leaves the gradient as it is: ${what}`, () => {
    const gradient = weightGradient(sizes);
    assert.equal(imagesInRow(gradient.graph), expected);
    const values = gradient.evaluate();
    const largest = Math.max(...gradient.expected.map(Math.abs));
    values.forEach((value, index) => {
      assert.ok(Math.abs(value - gradient.expected[index]) < 1e-5 * largest, `number ${index}`);
    });
  });
}
