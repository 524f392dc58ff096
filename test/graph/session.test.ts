import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import test from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { tf } from '../../lib/backend';
import { Graph } from '../../lib/graph/graph';
import { openSession } from '../../lib/graph/session';
import { compileTraining } from '../../lib/graph/training-graph';
import { addVariable, assign } from '../../lib/graph/variable';
import { numbers, places, sampleData, smallModel, trainingOptions } from '../support/graph';

const MEGABYTE = 2 ** 20;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Megabytes that the process holds, without what is only waiting to be collected. */
function residentMegabytes(): number {
  collectGarbage();
  return process.memoryUsage().rss / MEGABYTE;
}

function doubling() {
  const graph = new Graph();
  graph.placeholder('x', 'float32', [2]);
  const output = graph.float('AddV2', 'x', 'x');
  return { session: openSession(graph), output };
}

test('run(feeds, outputs) computes the outputs from what is fed', () => {
  const { session, output } = doubling();
  const feed = tf.tensor1d([1, 2.5]);
  const before = tf.memory().numTensors;
  const [found] = session.run({ x: feed }, [output]);
  assert.deepEqual(Array.from(found.dataSync()), [2, 5]);
  found.dispose();
  assert.equal(tf.memory().numTensors, before);
  feed.dispose();
  session.dispose();
});

test('run(feeds, outputs) passes on what TensorFlow says is wrong', () => {
  const { session, output } = doubling();
  assert.throws(() => session.run({}, [output]), /feed a value for placeholder tensor 'x'/);
  assert.throws(() => session.run({}, ['nothing']), /can not be found in the graph/);
  session.dispose();
});

test('openSession(graph) passes on what TensorFlow says is wrong with a graph', () => {
  const graph = new Graph();
  graph.float('AddV2', 'absent', 'absent');
  assert.throws(() => openSession(graph), /absent/);
});

test('write(values) and read(variables) keep values between runs, of each type', () => {
  const graph = new Graph();
  const variables = [
    addVariable(graph, 'floats', { shape: [2, 2] }),
    addVariable(graph, 'integers', { shape: [2], dtype: 'int32' }),
    addVariable(graph, 'single', { shape: [] }),
  ];
  const values = [
    Float32Array.of(1, -2.5, 3e30, 4),
    Int32Array.of(-7, 2 ** 30),
    Float32Array.of(5),
  ];
  const session = openSession(graph);
  const before = tf.memory().numTensors;
  session.write(new Map(variables.map((variable, index) => [variable, values[index]])));
  assert.deepEqual(session.read(variables), values);
  session.write(new Map([[variables[2], Float32Array.of(6)]]));
  assert.deepEqual(session.read([variables[2], variables[1]]), [Float32Array.of(6), values[1]]);
  assert.equal(tf.memory().numTensors, before);
  session.dispose();
});

test('write(values) copies: no thread of TensorFlow’s ever frees the memory of an array', () => {
  const graph = new Graph();
  const variables = Array.from({ length: 50 }, (_, index) =>
    addVariable(graph, `weights${index}`, { shape: [16] }),
  );
  // All are replaced in one run, by as many threads as there are: sharing ended the process within seconds.
  const replaced = variables.map((variable) =>
    assign(graph, variable, graph.float('AddV2', variable.value, graph.scalar(1))),
  );
  const all = graph.after(graph.scalar(0), replaced);
  const session = openSession(graph);
  for (let turn = 0; turn < 400; turn++) {
    session.write(new Map(variables.map((variable) => [variable, new Float32Array(16)])));
    session.run({}, [all])[0].dispose();
  }
  assert.deepEqual(session.read([variables[0]]), [new Float32Array(16).fill(1)]);
  session.dispose();
});

test('write(values) refuses another number of values than the variable holds', () => {
  const graph = new Graph();
  const variable = addVariable(graph, 'weights', { shape: [2, 3] });
  const session = openSession(graph);
  assert.throws(() => session.write(new Map([[variable, new Float32Array(5)]])), {
    name: 'RangeError',
    message: 'Variable weights holds 6 numbers (shape [2,3]), got 5.',
  });
  session.dispose();
});

test('sessions with variables of the same name are apart', () => {
  const open = () => {
    const graph = new Graph();
    const variable = addVariable(graph, 'same', { shape: [1] });
    return { variable, session: openSession(graph) };
  };
  const [left, right] = [open(), open()];
  left.session.write(new Map([[left.variable, Float32Array.of(1)]]));
  right.session.write(new Map([[right.variable, Float32Array.of(2)]]));
  left.session.dispose();
  assert.deepEqual(right.session.read([right.variable]), [Float32Array.of(2)]);
  right.session.dispose();
});

test('dispose() may be called twice; a run after it throws', () => {
  const { session, output } = doubling();
  session.dispose();
  session.dispose();
  assert.throws(() => session.run({}, [output]), {
    message: 'This compiled graph was disposed: compile it again.',
  });
});

test('openSession(graph) leaves no file behind, also when TensorFlow refuses the graph', () => {
  const left = () => readdirSync(tmpdir()).filter((name) => name.startsWith('compiled-graph-'));
  const before = new Set(left());
  doubling().session.dispose();
  const graph = new Graph();
  graph.float('AddV2', 'absent', 'absent');
  assert.throws(() => openSession(graph));
  // Tests in other processes make folders too, but none that stays.
  const deadline = Date.now() + 10_000;
  let added = left().filter((name) => !before.has(name));
  while (added.length > 0 && Date.now() < deadline) {
    added = added.filter((name) => left().includes(name));
  }
  assert.deepEqual(added, []);
});

test('1,000 steps of a training leave the tensor count and the resident memory flat', () => {
  const training = compileTraining(smallModel(), trainingOptions());
  const run = (steps: number) => {
    for (let step = 0; step < steps; step++) training.step(places(step), numbers(step));
  };
  run(200);
  const before = { tensors: tf.memory().numTensors, megabytes: residentMegabytes() };
  run(1000);
  assert.equal(tf.memory().numTensors, before.tensors);
  const growth = residentMegabytes() - before.megabytes;
  assert.ok(growth < 20, `grew by ${growth} MB`);
  training.dispose();
});

test('compile, train, dispose, 20 times over, gives all memory back, that of the data too', () => {
  const model = smallModel();
  const data = sampleData({ count: 24 });
  // 4 MB of images: 80 MB, if each session kept them.
  const count = 32 * 1024;
  const images = new Uint8Array(count * 128);
  const large = { ...data, images, labels: new Uint8Array(count) };
  const once = () => {
    const training = compileTraining(model, trainingOptions({ data: large }));
    training.step(places(0), numbers());
    training.updateModel('present');
    training.dispose();
  };
  /** The least that is held over some rounds: allocators keep a block for a round now and then. */
  const leastOver = (rounds: number) => {
    let least = Number.POSITIVE_INFINITY;
    for (let round = 0; round < rounds; round++) {
      once();
      least = Math.min(least, residentMegabytes());
    }
    return least;
  };
  leastOver(5);
  const tensors = tf.memory().numTensors;
  const before = leastOver(5);
  leastOver(15);
  const growth = leastOver(5) - before;
  assert.equal(tf.memory().numTensors, tensors);
  assert.ok(growth < 30, `grew by ${growth} MB`);
});
