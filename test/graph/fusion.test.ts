import assert from 'node:assert/strict';
import test from 'node:test';
import { tf } from '../../lib/backend';
import { fuseElementWise } from '../../lib/graph/fusion';
import { Graph } from '../../lib/graph/graph';
import { dataTypeNumber } from '../../lib/graph/native';
import { useNativeGradients } from '../../lib/graph/native-gradients';
import { useLowPrecision } from '../../lib/graph/precision';
import { record } from '../../lib/graph/recorder';
import { openSession } from '../../lib/graph/session';
import { compileTraining, type Step } from '../../lib/graph/training-graph';
import { cast } from '../../lib/graph/variable';
import { buildNetwork, type NetworkRecipe } from '../../lib/network';
import { changeParts } from '../../lib/parts';
import { createRandom } from '../../lib/random';

type Body = (x: tf.Tensor4D, y: tf.Tensor4D) => tf.Tensor[];

/** 65,536 numbers: just enough to be worth a function. */
const large: [number, number, number, number] = [16, 16, 16, 16];

/** What `body` gives at once and compiled, on two random tensors, and the graph it was compiled to. */
function compiled(body: Body, { shape = large, low = false } = {}) {
  const [x, y] = [tf.randomNormal<tf.Rank.R4>(shape), tf.randomNormal<tf.Rank.R4>(shape)];
  const graph = new Graph();
  const inputs = new Map<tf.Tensor, string>([
    [x, graph.placeholder('x', 'float32', shape)],
    [y, graph.placeholder('y', 'float32', shape)],
  ]);
  const names = tf.tidy(() => record(graph, inputs, () => body(x, y)) as never) as string[];
  const outputs = names.map((name) => graph.after(name, []));
  if (low) useLowPrecision(graph, 'bfloat16');
  fuseElementWise(graph);
  const session = openSession(graph);
  const read = (tensors: tf.Tensor[]) => tensors.map((tensor) => tensor.dataSync());
  tf.engine().startScope();
  const values = { atOnce: read(body(x, y)), compiled: read(session.run({ x, y }, outputs)) };
  tf.engine().endScope();
  session.dispose();
  tf.dispose([x, y]);
  return { graph, ...values };
}

/** The operations of each function, without numbers and conversions. */
const operations = ({ functions }: Graph) =>
  functions.map(({ nodes }) =>
    nodes.map(({ op }) => op).filter((op) => op !== 'Const' && op !== 'Cast'),
  );

/** The largest distance between two lists of numbers, as a share of the largest number. */
function distance(one: ArrayLike<number>[], other: ArrayLike<number>[]): number {
  let [farthest, largest] = [0, 0];
  one.forEach((values, index) => {
    for (let place = 0; place < values.length; place++) {
      farthest = Math.max(farthest, Math.abs(values[place] - other[index][place]));
      largest = Math.max(largest, Math.abs(values[place]));
    }
  });
  return farthest / largest;
}

function activationWithGradient(activation: 'swish' | 'gelu'): Body {
  useNativeGradients();
  const layer = tf.layers.activation({ activation: activation as 'relu' });
  const apply = (x: tf.Tensor) => layer.apply(x) as tf.Tensor;
  return (x, y) => {
    const { value, grad } = tf.valueAndGrad(apply)(x, tf.reverse(y, 0));
    return [tf.reverse(value, 0), tf.reverse(grad, 0)];
  };
}

test('fuseElementWise(graph) makes one function each of swish and of its gradient', () => {
  const { graph, atOnce, compiled: values } = compiled(activationWithGradient('swish'));
  // Both start from the same input, at the same time: here they are one.
  assert.deepEqual(operations(graph).flat().sort(), [
    ...['Add', 'Mul', 'Mul', 'Mul', 'Sigmoid', 'Sigmoid', 'SigmoidGrad'],
  ]);
  assert.ok(distance(values, atOnce) < 1e-6);
});

test('fuseElementWise(graph) leaves GELU and its gradient what they are, with their numbers taken in', () => {
  const { graph, atOnce, compiled: values } = compiled(activationWithGradient('gelu'));
  const names = graph.nodes.map(({ op }) => op);
  assert.ok(names.includes('PartitionedCall') && !names.includes('Erf') && !names.includes('Exp'));
  const calls = graph.nodes.filter(({ calls }) => calls !== undefined);
  for (const { inputs } of calls) {
    for (const input of inputs) assert.ok(!input.startsWith('Const'), input);
  }
  assert.ok(distance(values, atOnce) < 1e-6);
});

test('fuseElementWise(graph) takes apart what another operation lies between', () => {
  const {
    graph,
    atOnce,
    compiled: values,
  } = compiled((x, y) => {
    const before = tf.add(tf.mul(x, y), x);
    const between = tf.reverse(before, 1);
    return [tf.reverse(tf.mul(tf.add(before, between), y), 0)];
  });
  assert.deepEqual(operations(graph), [
    ['Mul', 'Add'],
    ['Add', 'Mul'],
  ]);
  assert.ok(distance(values, atOnce) < 1e-6);
});

test('fuseElementWise(graph) leaves out parts of a batch, whose sizes differ from step to step', () => {
  const body: Body = (x, y) => {
    const parts = tf.cast(tf.greater(tf.slice(tf.reshape(y, [-1]), 0, 16), 0), 'int32');
    const brighter = (rows: tf.Tensor4D): tf.Tensor4D => tf.mul(tf.add(rows, 1), 2);
    const changed = changeParts(parts, [x], [brighter, (rows) => rows]);
    return [tf.sub(tf.mul(changed, y), x)];
  };
  // Two of the sixteen rows are large enough for a function.
  const { graph, atOnce, compiled: values } = compiled(body, { shape: [16, 32, 32, 32] });
  assert.deepEqual(operations(graph), [['Mul', 'Sub']]);
  assert.ok(distance(values, atOnce) < 1e-6);
});

test('fuseElementWise(graph) makes equal groups calls of one function', () => {
  const {
    graph,
    atOnce,
    compiled: values,
  } = compiled((x, y) => {
    const twice = (value: tf.Tensor) => tf.reverse(tf.mul(tf.add(value, y), y), 2);
    return [twice(twice(x))];
  });
  assert.equal(graph.functions.length, 1);
  assert.equal(graph.nodes.filter(({ calls }) => calls === 'fused_0').length, 2);
  assert.ok(distance(values, atOnce) < 1e-6);
});

test('fuseElementWise(graph) leaves single operations, small tensors and whole numbers', () => {
  const product: Body = (x, y) => [tf.reverse(tf.mul(tf.add(x, y), y), 0)];
  const single: Body = (x, y) => [tf.reverse(tf.mul(x, y), 0)];
  const whole: Body = (x, y) => {
    const [one, other] = [tf.cast(x, 'int32'), tf.cast(y, 'int32')];
    return [tf.cast(tf.reverse(tf.mul(tf.add(one, other), other), 0), 'float32')];
  };
  assert.equal(compiled(product).graph.functions.length, 1);
  assert.deepEqual(compiled(product, { shape: [16, 16, 16, 15] }).graph.functions, []);
  assert.deepEqual(compiled(single).graph.functions, []);
  assert.deepEqual(compiled(whole).graph.functions, []);
});

test('fuseElementWise(graph) hides no NaN behind maxima and minima', () => {
  for (const choose of [tf.maximum, tf.minimum]) {
    const ofTwo: Body = (x, y) => [tf.reverse(tf.mul(choose(x, tf.log(y)), 2), 0)];
    const ofNumber: Body = (x, y) => [tf.reverse(tf.mul(choose(0, choose(tf.log(y), 3)), x), 0)];
    for (const [body, functions] of [
      [ofTwo, 0],
      [ofNumber, 1],
    ] as const) {
      const { graph, atOnce, compiled: values } = compiled(body);
      assert.equal(graph.functions.length, functions);
      const [there, here] = [atOnce, values].map(([numbers]) => Array.from(numbers, Number.isNaN));
      assert.ok(there.includes(true) && there.includes(false));
      assert.deepEqual(here, there);
    }
  }
});

test('fuseElementWise(graph) reads and gives bfloat16 between convolutions, and computes in float32', () => {
  const kernel: Body = (x) => [tf.mul(tf.slice(x, 0, [3, 3, 16, 16]), 0.1)];
  const {
    graph,
    atOnce,
    compiled: values,
  } = compiled(
    (x, y) => {
      const [filter] = kernel(y, x) as [tf.Tensor4D];
      const inside = tf.conv2d(x, filter, 1, 'same');
      return [tf.conv2d(tf.mul(inside, tf.sigmoid(inside)) as tf.Tensor4D, filter, 1, 'same')];
    },
    { low: true },
  );
  const [{ inputs, outputs, nodes }] = graph.functions;
  assert.deepEqual([inputs, outputs], [[dataTypeNumber.bfloat16], [dataTypeNumber.bfloat16]]);
  const { attributes = [] } = nodes.find(({ op }) => op === 'Sigmoid') ?? {};
  assert.equal(attributes.find(({ name }) => name === 'T')?.value, dataTypeNumber.float32);
  assert.ok(distance(values, atOnce) < 0.02);
});

test('fuseElementWise(graph) leaves to the gradient of an activation what it needs, and passes bfloat16 alone', () => {
  useNativeGradients();
  for (const activation of ['swish', 'gelu'] as const) {
    const layer = tf.layers.activation({ activation: activation as 'relu' });
    const body: Body = (x, y) => {
      const filter = tf.mul(tf.slice(y, 0, [3, 3, 16, 16]), 0.1) as tf.Tensor4D;
      const between = (input: tf.Tensor) => {
        const inside = layer.apply(tf.conv2d(input as tf.Tensor4D, filter, 1, 'same'));
        return tf.conv2d(inside as tf.Tensor4D, filter, 1, 'same');
      };
      return [tf.grad(between)(x, y)];
    };
    const { graph, atOnce, compiled: values } = compiled(body, { low: true });
    const [{ inputs, nodes }] = graph.functions.slice(-1);
    const { bfloat16 } = dataTypeNumber;
    assert.deepEqual(inputs, [bfloat16, bfloat16], activation);
    assert.ok(nodes.some(({ op }) => op === (activation === 'swish' ? 'Sigmoid' : 'Erf')));
    const left = graph.nodes.map(({ op }) => op);
    for (const op of ['Sigmoid', 'Erf', 'SigmoidGrad']) assert.ok(!left.includes(op), op);
    assert.ok(distance(values, atOnce) < 0.02, activation);
  }
});

test('fuseElementWise(graph) rounds to bfloat16 as TensorFlow does, each number bit for bit', () => {
  const random = createRandom(1);
  const bits = Int32Array.from({ length: 2 ** 16 }, () => random.integer(2 ** 32));
  // Between two bfloat16 numbers, on both sides of the middle and in it; both zeros; the largest; infinity.
  bits.set([0x3f808000, 0x3f818000, 0x3f807fff, 0x3f808001, 0, 0x80000000, 0x7f7fffff, 0x7f800000]);
  // What is no number: as logarithms make it, its negative, and the first and the last of each sign.
  bits.set([-1, 0x7fffffff, 0x7f800001, 0xff800001, 0x7fc00000, 0xffc00000], 8);
  const numbers = new Float32Array(bits.buffer);
  const graph = new Graph();
  const x = graph.placeholder('x', 'float32', [numbers.length]);
  const shaped = (name: string) => {
    graph.nodes[graph.nodes.length - 1].shape = [numbers.length];
    return name;
  };
  const convert = (value: string, from: 'float32' | 'bfloat16', to: 'float32' | 'bfloat16') =>
    shaped(cast(graph, value, from, to));
  const negative = shaped(graph.float('Neg', x));
  const fused = convert(shaped(graph.float('Neg', negative)), 'float32', 'bfloat16');
  const outputs = [fused, convert(x, 'float32', 'bfloat16')].map((low) =>
    graph.after(convert(low, 'bfloat16', 'float32'), []),
  );
  fuseElementWise(graph);
  assert.deepEqual(operations(graph), [
    [
      'Neg',
      'Neg',
      'Bitcast',
      'RightShift',
      'BitwiseAnd',
      'AddV2',
      'AddV2',
      'RightShift',
      'IsNan',
      'SelectV2',
      'Bitcast',
    ],
  ]);
  const session = openSession(graph);
  const input = tf.tensor1d(numbers);
  const [own, stock] = session.run({ x: input }, outputs).map((tensor) => tensor.dataSync());
  assert.deepEqual(own, stock);
  assert.ok(own.some(Number.isNaN) && own.some((value) => value === Number.POSITIVE_INFINITY));
  session.dispose();
});

test('a training with fused activations takes several steps in one call as it does one by one', () => {
  const images = Uint8Array.from({ length: 200 * 784 }, (_, index) => (index * index) % 251);
  const labels = Uint8Array.from({ length: 200 }, (_, index) => index % 10);
  const data = { images, labels, shape: [28, 28, 1] as [number, number, number], classes: 10 };
  const losses = [1, 3].map((together) => {
    const network: NetworkRecipe = {
      kind: 'airbench',
      activation: 'swish',
      widths: [8, 8],
      convolutions: 2,
    };
    const model = buildNetwork(network, { mean: 0.3, deviation: 0.3, seed: 1 });
    const optimizer = { kind: 'sgd', momentum: 0.9, nesterov: true, weightDecay: 0 } as const;
    const training = compileTraining(model, { data, optimizer, batchSizes: [100] });
    const steps = Array.from({ length: 6 }, (_, step): Step => {
      const indices = Int32Array.from({ length: 100 }, (_, index) => (index * 7 + step) % 200);
      return { indices, rate: 0.05, seed: 1, step, epoch: 0 };
    });
    const reports = Array.from({ length: 6 / together }, (_, call) =>
      training.steps(steps.slice(call * together, (call + 1) * together)),
    );
    training.dispose();
    model.dispose();
    return reports.flat().map(({ loss }) => loss);
  });
  assert.deepEqual(losses[1], losses[0]);
  assert.ok(losses[0][5] < losses[0][0]);
});

test('fuseElementWise(graph) does not take infinite constants for the same', () => {
  const {
    graph,
    atOnce,
    compiled: found,
  } = compiled((x) =>
    // What is pooled in between parts them into functions of their own.
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((bound) =>
      tf.avgPool(tf.minimum(tf.add(x, 1), bound) as tf.Tensor4D, 1, 1, 'same'),
    ),
  );
  assert.equal(graph.functions.length, 2);
  assert.deepEqual(found, atOnce);
});
