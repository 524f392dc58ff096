import assert from 'node:assert/strict';
import test from 'node:test';
import { tf } from '../../lib/backend';
import { addBatch, addData, type ResidentData, writeData } from '../../lib/graph/data';
import { Graph } from '../../lib/graph/graph';
import { openSession } from '../../lib/graph/session';

const data: ResidentData = {
  images: Uint8Array.from({ length: 4 * 6 }, (_, index) => (index * 11) % 256),
  labels: Uint8Array.of(2, 0, 1, 2),
  shape: [2, 3, 1],
  classes: 3,
};

test('addBatch(graph, variables, options) gathers images from 0 to 1 and labels as distributions', () => {
  const graph = new Graph();
  const variables = addData(graph, data);
  const indices = graph.placeholder('indices', 'int32', [3]);
  const outputs = addBatch(graph, variables, { indices, classes: 3 });
  const session = openSession(graph);
  writeData(session, variables, data);
  const feed = tf.tensor1d([3, 0, 3], 'int32');
  const [images, labels] = session.run({ indices: feed }, [outputs.images, outputs.labels]);
  assert.deepEqual(images.shape, [3, 2, 3, 1]);
  const pixels = [3, 0, 3].flatMap((place) => [...data.images.subarray(place * 6, place * 6 + 6)]);
  const expected = Float32Array.from(pixels, (pixel) => Math.fround(pixel * Math.fround(1 / 255)));
  assert.deepEqual(Float32Array.from(images.dataSync()), expected);
  assert.deepEqual(Array.from(labels.dataSync()), [0, 0, 1, 0, 0, 1, 0, 0, 1]);
  tf.dispose([feed, images, labels]);
  session.dispose();
});

for (const { count, offset } of [
  { count: 3, offset: 0 },
  { count: 3, offset: 1 },
  { count: 4, offset: 2 },
  { count: 4, offset: 4 },
]) {
  test(`writeData() brings ${count} images of 5 bytes from byte ${offset} of their memory on`, () => {
    const memory = Uint8Array.from({ length: 40 }, (_, index) => 255 - 3 * index);
    const images = memory.subarray(offset, offset + 5 * count);
    const labels = new Uint8Array(count);
    const five: ResidentData = { images, labels, shape: [5, 1, 1], classes: 3 };
    const graph = new Graph();
    const variables = addData(graph, five);
    const indices = graph.placeholder('indices', 'int32', [count]);
    const outputs = addBatch(graph, variables, { indices, classes: 3 });
    const session = openSession(graph);
    writeData(session, variables, five);
    const feed = tf.range(0, count, 1, 'int32');
    const [gathered] = session.run({ indices: feed }, [outputs.images]);
    const pixels = Array.from(gathered.dataSync(), (share) => Math.round(255 * share));
    assert.deepEqual(pixels, [...images]);
    tf.dispose([feed, gathered]);
    session.dispose();
  });
}

test('addBatch(graph, variables, options) gathers targets as they are, in place of labels', () => {
  const rows = [
    [0.5, 0.25, 0.25],
    [0, 1, 0],
    [1, 0, 0],
    [0.125, 0.125, 0.75],
  ];
  const soft = { ...data, targets: Float32Array.from(rows.flat()) };
  const graph = new Graph();
  const variables = addData(graph, soft);
  const indices = graph.placeholder('indices', 'int32', [3]);
  const { labels } = addBatch(graph, variables, { indices, classes: 3 });
  const session = openSession(graph);
  writeData(session, variables, soft);
  const feed = tf.tensor1d([3, 0, 3], 'int32');
  const [gathered] = session.run({ indices: feed }, [labels]);
  assert.deepEqual(gathered.arraySync(), [rows[3], rows[0], rows[3]]);
  tf.dispose([feed, gathered]);
  session.dispose();
});

for (const { targets, message } of [
  { targets: [1, 0, 0], message: '3 targets are not 4 rows of 3 classes: expected 12.' },
  {
    targets: [1, 0, 0, 0.5, 0.25, 0, 1, 0, 0, 1, 0, 0],
    message:
      'Row 1 of the targets, [0.5, 0.25, 0], is no distribution: expected numbers from 0 on whose sum is 1.',
  },
  {
    targets: [2, -1, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0],
    message:
      'Row 0 of the targets, [2, -1, 0], is no distribution: expected numbers from 0 on whose sum is 1.',
  },
]) {
  test(`addData(graph, data) refuses targets: ${message}`, () => {
    const soft = { ...data, targets: Float32Array.from(targets) };
    assert.throws(() => addData(new Graph(), soft), { name: 'RangeError', message });
  });
}

test('the images lie in the session as bytes', () => {
  const graph = new Graph();
  const { images } = addData(graph, data);
  const node = graph.nodes.find(({ name }) => name === images.handle);
  assert.equal(node?.attributes.find(({ name }) => name === 'dtype')?.value, 4);
});

test('addData(graph, data) refuses pixels that are not whole images', () => {
  const images = data.images.subarray(1);
  assert.throws(() => addData(new Graph(), { ...data, images }), {
    name: 'RangeError',
    message: '23 pixels are not 4 images of 2 × 3 × 1: expected 24.',
  });
});

test('addData(graph, data) refuses a label that is not below the number of classes', () => {
  assert.throws(() => addData(new Graph(), { ...data, classes: 2 }), {
    name: 'RangeError',
    message: 'Label 2 is not below 2 classes.',
  });
});

test('addBatch(graph, variables, options) refuses places outside the data when it runs', () => {
  const graph = new Graph();
  const variables = addData(graph, data);
  const indices = graph.placeholder('indices', 'int32', [1]);
  const outputs = addBatch(graph, variables, { indices, classes: 3 });
  const session = openSession(graph);
  writeData(session, variables, data);
  const feed = tf.tensor1d([4], 'int32');
  assert.throws(() => session.run({ indices: feed }, [outputs.images]), /4 is not in \[0, 4\)/);
  feed.dispose();
  session.dispose();
});
