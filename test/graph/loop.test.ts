import assert from 'node:assert/strict';
import test from 'node:test';
import { tf } from '../../lib/backend';
import { Graph } from '../../lib/graph/graph';
import { addLoop } from '../../lib/graph/loop';
import { attribute } from '../../lib/graph/native';
import { openSession } from '../../lib/graph/session';
import { addVariable, assign } from '../../lib/graph/variable';

/** A step that doubles the variable `sum`, adds `fed`, and gives both; `idle` is of no use to it. */
function doublingStep() {
  const graph = new Graph();
  const sum = addVariable(graph, 'sum', { shape: [] });
  graph.placeholder('fed', 'float32', []);
  graph.placeholder('idle', 'int32', [2]);
  const doubled = graph.float('Mul', sum.value, graph.scalar(2));
  const next = graph.float('AddV2', doubled, 'fed');
  const pair = graph.add('Pack', {
    inputs: ['fed', next],
    attributes: [
      attribute.type('T', 'float32'),
      attribute.integer('N', 2),
      attribute.integer('axis', 0),
    ],
  });
  graph.after(pair, [assign(graph, sum, next)], { name: 'report' });
  return { graph, sum };
}

function openLoop(start: number) {
  const { graph, sum } = doublingStep();
  const loop = addLoop(graph, 'report', { size: 2, fed: ['fed', 'idle'] });
  const session = openSession(graph);
  session.write(new Map([[sum, Float32Array.of(start)]]));
  const run = (values: number[]) =>
    tf.tidy(() => {
      const feeds = {
        [loop.count]: tf.scalar(values.length, 'int32'),
        [loop.stacked.fed]: tf.tensor1d(values, 'float32'),
        [loop.stacked.idle]: tf.zeros([values.length, 2], 'int32'),
      };
      return session.run(feeds, [loop.output])[0].arraySync() as number[][];
    });
  return { run, sum: () => session.read([sum])[0][0], session };
}

test('addLoop(graph, output) runs a step after the other, each on the variables of the one before', () => {
  const { run, sum, session } = openLoop(1);
  assert.deepEqual(run([1, 2, 3]), [
    [1, 3],
    [2, 8],
    [3, 19],
  ]);
  assert.equal(sum(), 19);
  session.dispose();
});

test('addLoop(graph, output) takes any number of steps in a call, none too', () => {
  const { run, sum, session } = openLoop(0);
  assert.deepEqual(run([5]), [[5, 5]]);
  assert.deepEqual(run([]), []);
  assert.equal(sum(), 5);
  assert.deepEqual(run(Array(200).fill(0)).slice(0, 2), [
    [0, 10],
    [0, 20],
  ]);
  session.dispose();
});

test('addLoop(graph, output) leaves the single step as it was', () => {
  const { graph, sum } = doublingStep();
  const before = structuredClone(graph.nodes);
  addLoop(graph, 'report', { size: 2, fed: ['fed', 'idle'] });
  assert.deepEqual(graph.nodes.slice(0, before.length), before);
  const session = openSession(graph);
  session.write(new Map([[sum, Float32Array.of(3)]]));
  tf.tidy(() => {
    const [report] = session.run({ fed: tf.scalar(1) }, ['report']);
    assert.deepEqual(report.arraySync(), [1, 7]);
  });
  session.dispose();
});
