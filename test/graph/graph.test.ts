import assert from 'node:assert/strict';
import test from 'node:test';
import { dataTypeName, Graph, nodeOfOutput, outputName } from '../../lib/graph/graph';

test('outputName(node, index) writes the first output as the node alone; nodeOfOutput reverses it', () => {
  assert.equal(outputName('SplitV_1', 0), 'SplitV_1');
  assert.equal(outputName('SplitV_1', 2), 'SplitV_1:2');
  for (const index of [0, 2]) assert.equal(nodeOfOutput(outputName('SplitV_1', index)), 'SplitV_1');
});

test('a graph names its nodes apart, also those named by hand', () => {
  const graph = new Graph();
  graph.placeholder('x', 'float32', []);
  for (let index = 0; index < 3; index++) graph.float('AddV2', 'x', graph.scalar(index));
  assert.equal(new Set(graph.nodes.map(({ name }) => name)).size, 7);
});

test('after(value, nodes) makes the value wait for the nodes', () => {
  const graph = new Graph();
  const name = graph.after('x', ['Assign_0', 'Assign_1'], { name: 'done' });
  assert.equal(name, 'done');
  const [{ op, inputs }] = graph.nodes;
  assert.deepEqual([op, inputs], ['Identity', ['x', '^Assign_0', '^Assign_1']]);
});

test('dataTypeName(number) names the types of TensorFlow that are supported, and refuses others', () => {
  assert.equal(dataTypeName(1), 'float32');
  assert.equal(dataTypeName(14), 'bfloat16');
  assert.throws(() => dataTypeName(7), /data type 7 is not supported/);
});
