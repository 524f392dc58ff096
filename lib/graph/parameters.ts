/**
 * Trainable weights kept in few large vectors: one operation then updates, averages or clips them all.
 */
import type { Graph } from './graph';
import { outputName } from './graph';
import { type LayerWeight, setWeight, weightValues } from './layer-weights';
import { attribute } from './native';
import { addVariable, type GraphVariable, reshape, sizeOfShape } from './variable';

/** Weights that are updated by the same rule. */
export interface ParameterGroup {
  weights: LayerWeight[];
  /** All their numbers, one weight after the other: float32 [size]. */
  variable: GraphVariable;
  /** Whether weight decay applies. */
  decayed: boolean;
  /** Whether they are kernels of convolutions that are updated as matrices. */
  matrices: boolean;
}

/** The rule most recipes use: kernels decay; biases and the scales of normalisation do not. */
function decaysByDefault(weight: LayerWeight): boolean {
  return weight.shape.length > 1;
}

/** Whether a weight is the kernel of a convolution over all channels. */
function isFilter({ name, shape }: LayerWeight): boolean {
  return shape.length === 4 && !/depthwise_kernel/.test(name);
}

/**
 * Adds a variable for each non-empty group of weights.
 *
 * @param matrices whether the kernels of convolutions are a group of their own
 */
export function addParameterGroups(
  graph: Graph,
  weights: LayerWeight[],
  { matrices = false }: { matrices?: boolean } = {},
): ParameterGroup[] {
  const groupOf = (weight: LayerWeight) => {
    if (!decaysByDefault(weight)) return 'offsets';
    return matrices && isFilter(weight) ? 'filters' : 'kernels';
  };
  return ['filters', 'kernels', 'offsets']
    .map((name) => ({ name, weights: weights.filter((weight) => groupOf(weight) === name) }))
    .filter((group) => group.weights.length > 0)
    .map(({ name, weights }) => ({
      weights,
      variable: addVariable(graph, name, { shape: [sizeOf(weights)] }),
      decayed: name !== 'offsets',
      matrices: name === 'filters',
    }));
}

function sizeOf(weights: LayerWeight[]): number {
  return weights.reduce((sum, weight) => sum + sizeOfShape(weight.shape), 0);
}

/** Adds the cutting of a group's vector into its weights; returns an output for each weight. */
export function addWeightOutputs(graph: Graph, { weights, variable }: ParameterGroup): string[] {
  const shapes = weights.map(({ shape }) => shape);
  return cutVector(graph, variable.value, shapes);
}

/** Adds the cutting of a vector into tensors; returns an output for each shape. */
export function cutVector(graph: Graph, vector: string, shapes: number[][]): string[] {
  const sizes = Int32Array.from(shapes, sizeOfShape);
  const pieces = graph.add('SplitV', {
    inputs: [
      vector,
      graph.constant([shapes.length], 'int32', sizes),
      graph.constant([], 'int32', Int32Array.of(0)),
    ],
    attributes: [
      attribute.integer('num_split', shapes.length),
      attribute.type('T', 'float32'),
      attribute.type('Tlen', 'int32'),
    ],
  });
  return shapes.map((shape, index) => reshape(graph, outputName(pieces, index), shape));
}

/** Adds the joining of tensors, one after the other, into a vector; the reverse of {@link cutVector}. */
export function joinVector(graph: Graph, tensors: string[]): string {
  if (tensors.length === 1) return reshape(graph, tensors[0], [-1]);
  const flat = tensors.map((tensor) => reshape(graph, tensor, [-1]));
  return graph.add('ConcatV2', {
    inputs: [...flat, graph.constant([], 'int32', Int32Array.of(0))],
    attributes: [
      attribute.integer('N', flat.length),
      attribute.type('T', 'float32'),
      attribute.type('Tidx', 'int32'),
    ],
  });
}

/** The weights' present values as one vector. */
export function joinWeights(weights: LayerWeight[]): Float32Array {
  const joined = new Float32Array(sizeOf(weights));
  let offset = 0;
  for (const weight of weights) {
    joined.set(weightValues(weight), offset);
    offset += sizeOfShape(weight.shape);
  }
  return joined;
}

/** Gives the weights the values of one vector; the reverse of {@link joinWeights}. */
export function spreadWeights(weights: LayerWeight[], joined: Float32Array): void {
  let offset = 0;
  for (const weight of weights) {
    const size = sizeOfShape(weight.shape);
    setWeight(weight, joined.slice(offset, offset + size));
    offset += size;
  }
}
