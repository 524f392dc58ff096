/**
 * Lets a graph compute in bfloat16 where that is safe and pays: convolutions, and what lies between
 * them. Weights, statistics, sums and losses stay float32 (Micikevicius et al., "Mixed
 * precision training", 2018; with bfloat16's range no scaling of the loss is needed: Kalamkar et al.,
 * "A study of bfloat16 for deep learning training", 2019). On x64 processors without AVX-512, TensorFlow's own
 * convolutions take the place of oneDNN's: these are slow, and sum in bfloat16 too.
 */
import { device } from '../backend';
import { environment } from '../environment';
import { attributeOf, type Graph, type GraphNode, nodeOfOutput, outputName } from './graph';
import { gainsFromHalvedChannels, halveChannels } from './halved-channels';
import { attribute, bindingAttribute, dataTypeNumber } from './native';
import { layImagesSideBySide } from './side-by-side';

export type Precision = 'float32' | 'bfloat16';

/** Inputs that an operation takes, and outputs that it gives, in the low precision. */
interface LowOperation {
  inputs: number[];
  outputs: number[];
  /** The inputs that decide whether it follows, if not all do. */
  decisive?: number[];
}

/** Operations that always gain: their arithmetic is most of the work. */
const heavy: Record<string, LowOperation> = {
  Conv2D: { inputs: [0, 1], outputs: [0] },
  Conv2DBackpropInput: { inputs: [1, 2], outputs: [0] },
  Conv2DBackpropFilter: { inputs: [0, 2], outputs: [0] },
};

/** Operations that follow: low once the inputs named here, or the decisive ones, are low already. */
const following: Record<string, LowOperation> = {
  FusedBatchNormV3: { inputs: [0], outputs: [0] },
  // With its normalisation, so that no float32 copy of what that normalised is kept for it.
  FusedBatchNormGradV3: { inputs: [0, 1], outputs: [0], decisive: [1] },
  Relu: { inputs: [0], outputs: [0] },
  ReluGrad: { inputs: [0, 1], outputs: [0] },
  MaxPool: { inputs: [0], outputs: [0] },
  // With its pooling, whatever the gradient's precision: only in one precision does oneDNN compute both, far faster.
  MaxPoolGrad: { inputs: [0, 1, 2], outputs: [0], decisive: [0, 1] },
  Add: { inputs: [0, 1], outputs: [0] },
  AddV2: { inputs: [0, 1], outputs: [0] },
  Mul: { inputs: [0, 1], outputs: [0] },
  Reshape: { inputs: [0], outputs: [0] },
};

/** Operations that only move numbers: to want their output low is to want their input low. */
const moving = new Set(['Reshape', 'SplitV', 'Pad', 'Transpose']);

type Float = 'float32' | 'bfloat16';

/** Where an output exists: under which name in which precision. */
interface Copies {
  float?: string;
  low?: string;
  /**
   * Whether no operation follows it: weights, which are moved to be cast all at once, and their gradients. Penalties
   * of the ones and sums of the others stay float32.
   */
  unfollowed?: boolean;
}

/** Rewrites the graph's nodes for the given precision. */
export function useLowPrecision(graph: Graph, precision: Precision): void {
  if (precision === 'float32') return;
  if (device() === 'CPU') {
    layImagesSideBySide(graph);
    if (gainsFromHalvedChannels(environment().features)) halveChannels(graph);
  }
  useTypedNormalization(graph);
  const original = graph.nodes;
  graph.nodes = [];
  lower(graph, original);
}

/** TensorFlow.js normalises by an older operation when it predicts, which knows float32 alone. */
function useTypedNormalization(graph: Graph): void {
  const statistics = bindingAttribute(attribute.type('U', 'float32'));
  graph.nodes = graph.nodes.map((node) =>
    node.op === 'FusedBatchNorm'
      ? { ...node, op: 'FusedBatchNormV3', attributes: [...node.attributes, statistics] }
      : node,
  );
}

function lower(graph: Graph, original: GraphNode[]): void {
  const byName = new Map(original.map((node) => [node.name, node]));
  const copies = new Map<string, Copies>();
  const copiesOf = (output: string) => {
    if (!copies.has(output)) copies.set(output, { float: output });
    return copies.get(output) as Copies;
  };
  const cast = (output: string, value: string, from: Float, to: Float) => {
    // Only of first outputs the shape is known.
    const shape = output.includes(':') ? undefined : byName.get(output)?.shape;
    return addCast(graph, value, { from, to, shape });
  };
  const float = (output: string) => {
    if (output.startsWith('^')) return output;
    const known = copiesOf(output);
    known.float ??= cast(output, known.low as string, 'bfloat16', 'float32');
    return known.float;
  };
  const low = (output: string): string => {
    const known = copiesOf(output);
    if (known.low === undefined) {
      const moved = moveLow(output);
      known.unfollowed = moved !== undefined;
      known.low = moved ?? cast(output, known.float as string, 'float32', 'bfloat16');
    }
    return known.low;
  };
  /** A second, low copy of a moving operation, so that one cast serves all its outputs. */
  const moveLow = (output: string): string | undefined => {
    const node = byName.get(nodeOfOutput(output));
    if (node === undefined || !moving.has(node.op)) return undefined;
    const [data, ...rest] = node.inputs;
    const copy = {
      ...node,
      name: `${node.name}/low`,
      inputs: [low(data), ...rest],
      attributes: withLowType(node),
    };
    if (!graph.nodes.some(({ name }) => name === copy.name)) graph.nodes.push(copy);
    const index = Number(output.split(':')[1] ?? 0);
    return outputName(copy.name, index);
  };

  for (const node of original) {
    if (isEmptyCast(node)) {
      copies.set(node.name, copiesOf(node.inputs[0]));
      continue;
    }
    const operation = loweredAs(node, copies);
    if (operation === undefined) {
      graph.nodes.push({ ...node, inputs: node.inputs.map(float) });
      continue;
    }
    const inputs = node.inputs.map((input, index) =>
      operation.inputs.includes(index) ? low(input) : float(input),
    );
    graph.nodes.push({ ...node, inputs, attributes: withLowType(node) });
    for (const index of operation.outputs) {
      const output = outputName(node.name, index);
      copies.set(output, { low: output, unfollowed: node.op === 'Conv2DBackpropFilter' });
    }
  }
}

/** Whether a node converts to the type that its input has: the gradient of a sum is full of them. */
function isEmptyCast(node: GraphNode): boolean {
  return node.op === 'Cast' && attributeOf(node, 'SrcT') === attributeOf(node, 'DstT');
}

/** How a node is lowered, if it is. */
function loweredAs(node: GraphNode, copies: Map<string, Copies>): LowOperation | undefined {
  if (heavy[node.op] !== undefined) return heavy[node.op];
  const operation = following[node.op];
  if (operation === undefined) return undefined;
  const { inputs, decisive = inputs } = operation;
  const isLow = (index: number) => {
    const { low, unfollowed } = copies.get(node.inputs[index]) ?? {};
    return low !== undefined && !unfollowed;
  };
  return decisive.every(isLow) ? operation : undefined;
}

function withLowType(node: GraphNode): GraphNode['attributes'] {
  return node.attributes.map((each) =>
    each.name === 'T' ? { ...each, value: dataTypeNumber.bfloat16 } : each,
  );
}

function addCast(
  graph: Graph,
  value: string,
  { from, to, shape }: { from: Float; to: Float; shape?: number[] },
) {
  const attributes = [
    attribute.type('SrcT', from),
    attribute.type('DstT', to),
    attribute.boolean('Truncate', false),
  ];
  const name = graph.uniqueName('Cast');
  graph.nodes.push({
    name,
    op: 'Cast',
    inputs: [value],
    attributes: attributes.map(bindingAttribute),
    shape,
  });
  return name;
}
