import assert from 'node:assert/strict';
import test from 'node:test';
import { tf } from '../../lib/backend';
import { environment } from '../../lib/environment';
import { Graph, type GraphNode } from '../../lib/graph/graph';
import { dataTypeNumber } from '../../lib/graph/native';
import { useLowPrecision } from '../../lib/graph/precision';
import { compilePrediction } from '../../lib/graph/prediction-graph';
import { record } from '../../lib/graph/recorder';
import { compileTraining } from '../../lib/graph/training-graph';
import { addTrainingParts, addTrainingStep } from '../../lib/graph/training-parts';
import {
  changes,
  numbers,
  places,
  plainSgd,
  relativeDistance,
  relativeError,
  sampleData,
  trainingOptions,
  weightsOf,
  withRandomWeights,
} from '../support/graph';

const { layers } = tf;

/** Pre-activation blocks with a shortcut, as in a residual network. */
function residualNetwork(): tf.LayersModel {
  const convolution = (filters: number) =>
    layers.conv2d({ filters, kernelSize: 3, padding: 'same', useBias: false });
  const input = tf.input({ shape: [8, 8, 2] });
  const first = convolution(8).apply(input) as tf.SymbolicTensor;
  let inside = layers.batchNormalization({}).apply(first);
  inside = convolution(8).apply(layers.reLU().apply(inside));
  inside = convolution(8).apply(layers.reLU().apply(layers.batchNormalization({}).apply(inside)));
  const sum = layers.add().apply([first, inside as tf.SymbolicTensor]);
  const features = layers.reLU().apply(layers.batchNormalization({}).apply(sum));
  return withHead(input, features as tf.SymbolicTensor);
}

function withHead(input: tf.SymbolicTensor, features: tf.SymbolicTensor): tf.LayersModel {
  const pooled = layers.globalAveragePooling2d({}).apply(features);
  const logits = layers.dense({ units: 3 }).apply(pooled);
  const output = layers.softmax().apply(logits) as tf.SymbolicTensor;
  return withRandomWeights(tf.model({ inputs: input, outputs: output }));
}

function stacked(makeLayers: () => tf.layers.Layer[]): tf.LayersModel {
  const input = tf.input({ shape: [8, 8, 2] });
  const features = makeLayers().reduce(
    (inputs, layer) => layer.apply(inputs) as tf.SymbolicTensor,
    input,
  );
  return withHead(input, features);
}

const convolution = { filters: 8, kernelSize: 3, useBias: false };

/** As a block of an airbench network: the gradient of swish is float32. */
const pooledNetwork = () =>
  stacked(() => [
    layers.conv2d({ ...convolution, padding: 'same' }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.batchNormalization({}),
    layers.activation({ activation: 'swish' }),
  ]);

const networks: Record<string, () => tf.LayersModel> = {
  'convolution and ReLU': () => stacked(() => [layers.conv2d(convolution), layers.reLU()]),
  'convolution with bias': () =>
    stacked(() => [layers.conv2d({ ...convolution, useBias: true, activation: 'relu' })]),
  'convolution, batch norm, ReLU, max pooling, twice': () =>
    stacked(() =>
      ['first', 'second'].flatMap(() => [
        layers.conv2d({ ...convolution, padding: 'same' }),
        layers.batchNormalization({}),
        layers.reLU(),
        layers.maxPooling2d({ poolSize: 2 }),
      ]),
    ),
  'average pooling and concatenation': () => {
    const input = tf.input({ shape: [8, 8, 2] });
    const branches = [1, 3].map((kernelSize) =>
      layers.conv2d({ ...convolution, kernelSize, padding: 'same' }).apply(input),
    );
    const joined = layers.concatenate().apply(branches as tf.SymbolicTensor[]);
    const pooled = layers.averagePooling2d({ poolSize: 2 }).apply(joined);
    return withHead(input, layers.reLU().apply(pooled) as tf.SymbolicTensor);
  },
  'swish and depthwise convolution': () =>
    stacked(() => [
      layers.conv2d(convolution),
      layers.activation({ activation: 'swish' }),
      layers.depthwiseConv2d({ kernelSize: 3 }),
    ]),
  'convolution, max pooling, batch norm, swish': pooledNetwork,
  'a residual block': residualNetwork,
};

function trained(build: () => tf.LayersModel, precision: 'float32' | 'bfloat16') {
  const model = build();
  const before = weightsOf(model);
  const optimizer = { ...plainSgd, momentum: 0.9, nesterov: true };
  const options = trainingOptions({ optimizer, batchSizes: [24], precision });
  const training = compileTraining(model, options);
  const losses = [0, 1, 2].map((step) => training.step(places(0, 24), numbers(step)).loss);
  training.updateModel('present');
  training.dispose();
  return { model, losses, moved: changes(weightsOf(model), before) };
}

const { features } = environment();
const skip =
  features.includes('avx2') &&
  !features.includes('avx512f') &&
  'TensorFlow sums in bfloat16 here, where oneDNN, which does not, wants AVX-512';

for (const [name, build] of Object.entries(networks)) {
  test(`a training in bfloat16 stays near float32 over three steps: ${name}`, { skip }, () => {
    const [exact, low] = [trained(build, 'float32'), trained(build, 'bfloat16')];
    assert.ok(relativeError(low.losses, exact.losses) < 1e-2, `${low.losses}, ${exact.losses}`);
    assert.notDeepEqual(low.moved, exact.moved);
    exact.moved.forEach((change, place) => {
      // Of the whole vector: single numbers of it are small differences of large ones.
      const error = relativeDistance(low.moved[place], change);
      assert.ok(error < 3e-2, `${exact.model.weights[place].name}: ${error}`);
    });
  });
}

/** The graph of a network's training, for two sizes of batch. */
function recordedGraph(precision: 'float32' | 'bfloat16', build = residualNetwork): Graph {
  const model = build();
  const parts = addTrainingParts(model, trainingOptions());
  for (const size of [8, 5]) addTrainingStep(parts, model, { size, options: trainingOptions() });
  useLowPrecision(parts.graph, precision);
  return parts.graph;
}

const typeOf = (node: GraphNode, attribute = 'T') =>
  node.attributes.find(({ name }) => name === attribute)?.value;
const nodesOf = (graph: Graph, op: string) => graph.nodes.filter((node) => node.op === op);
const { bfloat16, float32 } = dataTypeNumber;

test('useLowPrecision(graph, bfloat16) lowers the convolutions and what lies between them', () => {
  const graph = recordedGraph('bfloat16');
  const counts = {
    Conv2D: 6,
    Conv2DBackpropFilter: 6,
    // None for the first layer, whose input is the images.
    Conv2DBackpropInput: 4,
    FusedBatchNormV3: 6,
    Relu: 6,
    Add: 2,
  };
  for (const [op, count] of Object.entries(counts)) {
    const low = nodesOf(graph, op).filter((node) => typeOf(node) === bfloat16);
    assert.ok(low.length >= count, `${low.length} of ${op}`);
  }
});

test('useLowPrecision(graph, bfloat16) casts all kernels at once, for all sizes of batch', () => {
  const graph = recordedGraph('bfloat16');
  const casts = nodesOf(graph, 'Cast').filter((node) => typeOf(node, 'DstT') === bfloat16);
  assert.equal(casts.filter(({ inputs }) => inputs[0] === 'kernels/value').length, 1);
  const cut = casts.filter(({ inputs }) => /SplitV|Reshape/.test(inputs[0]));
  assert.deepEqual(cut, []);
});

test('useLowPrecision(graph, bfloat16) stays low through the gradient of a sum', () => {
  const graph = recordedGraph('bfloat16');
  const byName = new Map(graph.nodes.map((node) => [node.name, node]));
  const backAndForth = nodesOf(graph, 'Cast').filter((node) => {
    const source = byName.get(node.inputs[0])!;
    return (
      typeOf(node, 'DstT') === bfloat16 &&
      source.op === 'Cast' &&
      typeOf(source, 'SrcT') === bfloat16
    );
  });
  assert.deepEqual(backAndForth, []);
  const emptyCasts = nodesOf(graph, 'Cast').filter(
    (node) => typeOf(node, 'SrcT') === typeOf(node, 'DstT'),
  );
  assert.deepEqual(emptyCasts, []);
});

test('useLowPrecision(graph, bfloat16) lowers the gradient of pooling wherever it lowers the pooling', () => {
  const graph = recordedGraph('bfloat16', pooledNetwork);
  const [pooling, gradients] = ['MaxPool', 'MaxPoolGrad'].map((op) => nodesOf(graph, op));
  assert.ok(pooling.length > 0);
  assert.equal(gradients.length, pooling.length);
  for (const node of [...pooling, ...gradients]) assert.equal(typeOf(node), bfloat16, node.name);
  // What oneDNN noted of the pooling reaches the gradient only if no cast lies between them.
  const names = new Set(pooling.map(({ name }) => name));
  for (const { inputs } of gradients) assert.ok(names.has(inputs[1]), inputs[1]);
});

test('useLowPrecision(graph, bfloat16) lowers the gradient of batch norm wherever it lowers batch norm', () => {
  const graph = recordedGraph('bfloat16', pooledNetwork);
  const [norms, gradients] = ['FusedBatchNormV3', 'FusedBatchNormGradV3'].map((op) =>
    nodesOf(graph, op),
  );
  assert.ok(norms.length > 0);
  assert.equal(gradients.length, norms.length);
  for (const node of [...norms, ...gradients]) assert.equal(typeOf(node), bfloat16, node.name);
  // What was normalised is kept once, as it is.
  const normalized = new Set(norms.map(({ inputs: [input] }) => input));
  for (const { inputs } of gradients) assert.ok(normalized.has(inputs[1]), inputs[1]);
});

test('useLowPrecision(graph, bfloat16) keeps variables, updates, statistics and loss in float32', () => {
  const graph = recordedGraph('bfloat16');
  const handles = nodesOf(graph, 'VarHandleOp').filter(({ name }) => !/images|labels/.test(name));
  assert.ok(handles.length > 5);
  for (const node of handles) assert.equal(typeOf(node, 'dtype'), float32, node.name);
  for (const op of ['ResourceApplyMomentum', 'SoftmaxCrossEntropyWithLogits', 'Mean']) {
    assert.ok(nodesOf(graph, op).length > 0, op);
    for (const node of nodesOf(graph, op)) assert.equal(typeOf(node), float32, node.name);
  }
  for (const node of nodesOf(graph, 'FusedBatchNormV3')) assert.equal(typeOf(node, 'U'), float32);
});

/** The graph of a network that applies one convolution three times. */
function graphOfSharedLayer(changes: Partial<Parameters<typeof layers.conv2d>[0]> = {}): Graph {
  return recordedGraph('bfloat16', () => {
    const layer = layers.conv2d({ ...convolution, filters: 2, ...changes });
    return stacked(() => [layer, layer, layer]);
  });
}

test('useLowPrecision(graph, bfloat16) sums the gradients of a kernel used again in float32', () => {
  const graph = graphOfSharedLayer();
  const byName = new Map(graph.nodes.map((node) => [node.name, node]));
  const origin = (name: string): string => {
    const { op, inputs } = byName.get(name)!;
    return op === 'Cast' ? origin(inputs[0]) : op;
  };
  const sums = [...nodesOf(graph, 'Add'), ...nodesOf(graph, 'AddV2')].filter(({ inputs }) =>
    inputs.some((input) => origin(input) === 'Conv2DBackpropFilter'),
  );
  assert.ok(sums.length > 0);
  for (const node of sums) assert.equal(typeOf(node), float32, node.name);
});

test('useLowPrecision(graph, bfloat16) computes the penalties of weights in float32', () => {
  const graph = graphOfSharedLayer({ kernelRegularizer: tf.regularizers.l2({ l2: 0.01 }) });
  const squares = nodesOf(graph, 'Mul').filter(({ inputs: [one, other] }) => one === other);
  assert.ok(squares.length > 0);
  for (const node of squares) assert.equal(typeOf(node), float32, node.name);
});

test('weights in a bfloat16 training move by less than bfloat16 could tell', () => {
  const model = residualNetwork();
  const before = weightsOf(model);
  const training = compileTraining(model, trainingOptions({ precision: 'bfloat16' }));
  training.step(places(0), numbers(0, { rate: 1e-4 }));
  training.updateModel('present');
  training.dispose();
  const after = weightsOf(model);
  const moved = after[0].filter((value, index) => value !== before[0][index]).length;
  assert.ok(moved > 0.9 * after[0].length, `${moved} of ${after[0].length} moved`);
  assert.ok(relativeError(after[0], before[0]) < 2 ** -9);
});

test('useLowPrecision(graph, bfloat16) normalises in bfloat16 when a model predicts', async () => {
  const model = residualNetwork();
  const [exact, low] = await Promise.all(
    (['float32', 'bfloat16'] as const).map(async (precision) => {
      const prediction = compilePrediction(model, { shape: [8, 8, 2], batchSize: 8, precision });
      const probabilities = await prediction.predict(sampleData().images);
      prediction.dispose();
      return probabilities;
    }),
  );
  assert.notDeepEqual(low, exact);
  assert.ok(relativeDistance(low, exact) < 3e-2);
  const graph = new Graph();
  const images = tf.ones<tf.Rank.R4>([2, 8, 8, 2]);
  const inputs = new Map<tf.Tensor, string>([
    [images, graph.placeholder('images', 'float32', images.shape)],
    ...model.weights.map((weight, index): [tf.Tensor, string] => {
      const shape = weight.shape as number[];
      return [weight.read(), graph.placeholder(`weight${index}`, 'float32', shape)];
    }),
  ]);
  tf.tidy(() => {
    record(graph, inputs, () => [model.apply(images, { training: false }) as tf.Tensor]);
  });
  useLowPrecision(graph, 'bfloat16');
  assert.equal(nodesOf(graph, 'FusedBatchNorm').length, 0);
  const normalizations = nodesOf(graph, 'FusedBatchNormV3');
  assert.equal(normalizations.length, 3);
  for (const node of normalizations) assert.equal(typeOf(node), bfloat16);
});

test('useLowPrecision(graph, float32) leaves the graph as it is', () => {
  const graph = recordedGraph('float32');
  assert.deepEqual(
    graph.nodes.filter((node) => node.attributes.some(({ value }) => value === bfloat16)),
    [],
  );
});

test('useLowPrecision(graph, bfloat16) leaves a graph without convolutions as it is', () => {
  const graph = new Graph();
  graph.placeholder('x', 'float32', [2]);
  graph.float('Relu', graph.float('AddV2', 'x', 'x'));
  const before = structuredClone(graph.nodes);
  useLowPrecision(graph, 'bfloat16');
  assert.deepEqual(graph.nodes, before);
});
