import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { tf } from '../lib/backend';
import { Graph } from '../lib/graph/graph';
import { record } from '../lib/graph/recorder';
import { openSession } from '../lib/graph/session';
import { changeParts } from '../lib/parts';

/** Leaves the images of part 0 as they are, adds numbers of their own to those of 1, and 10 to those of 2. */
const change = (part: tf.Tensor, images: tf.Tensor4D, numbers: tf.Tensor) =>
  changeParts(
    part,
    [images, numbers],
    [(rows) => rows, (rows, theirs) => tf.add(rows, theirs), (rows) => tf.add(rows, 10)],
  );

/** A batch of images of two pixels, with numbers of each image. */
function batch(count: number) {
  return {
    images: tf.tensor4d(
      Float32Array.from({ length: 2 * count }, (_, place) => place),
      [count, 2, 1, 1],
    ),
    numbers: tf.tensor4d(
      Float32Array.from({ length: count }, (_, index) => index / 4),
      [count, 1, 1, 1],
    ),
  };
}

function expected(parts: number[]): number[] {
  return parts.flatMap((part, index) =>
    [2 * index, 2 * index + 1].map((pixel) => pixel + [0, index / 4, 10][part]),
  );
}

test('changeParts(part, inputs, changes) changes each image by the one that its part says', () => {
  const anyParts = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(anyParts, (parts) => {
      const changed = tf.tidy(() => {
        const { images, numbers } = batch(parts.length);
        return Array.from(change(tf.tensor1d(parts, 'int32'), images, numbers).dataSync());
      });
      assert.deepEqual(changed, expected(parts));
    }),
  );
});

test('changeParts(part, inputs, changes) compiled takes as many of each as a step has', () => {
  const graph = new Graph();
  const { images, numbers } = batch(5);
  const part = tf.zeros<tf.Rank.R1>([5], 'int32');
  const inputs = new Map<tf.Tensor, string>([
    [images, graph.placeholder('images', 'float32', images.shape)],
    [numbers, graph.placeholder('numbers', 'float32', numbers.shape)],
    [part, graph.placeholder('part', 'int32', part.shape)],
  ]);
  const names = tf.tidy(() => record(graph, inputs, () => [change(part, images, numbers)]));
  const session = openSession(graph);
  for (const parts of [
    [1, 0, 2, 1, 1],
    [0, 0, 0, 0, 0],
    [1, 1, 1, 1, 1],
    [2, 2, 2, 0, 2],
  ]) {
    const changed = tf.tidy(() => {
      const feeds = { images, numbers, part: tf.tensor1d(parts, 'int32') };
      return Array.from(session.run(feeds, names)[0].dataSync());
    });
    assert.deepEqual(changed, expected(parts));
  }
  session.dispose();
  tf.dispose([images, numbers, part]);
});
