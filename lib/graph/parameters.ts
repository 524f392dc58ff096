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
}

/** The rule most recipes use: kernels decay; biases and the scales of normalisation do not. */
function decaysByDefault(weight: LayerWeight): boolean {
  return weight.shape.length > 1;
}

/** Adds a variable for each non-empty group of weights. */
export function addParameterGroups(graph: Graph, weights: LayerWeight[]): ParameterGroup[] {
  const groups = [true, false].map((decayed) => ({
    decayed,
    weights: weights.filter((weight) => decaysByDefault(weight) === decayed),
  }));
  return groups
    .filter((group) => group.weights.length > 0)
    .map(({ decayed, weights }) => {
      const name = decayed ? 'kernels' : 'offsets';
      return { decayed, weights, variable: addVariable(graph, name, { shape: [sizeOf(weights)] }) };
    });
}

function sizeOf(weights: LayerWeight[]): number {
  return weights.reduce((sum, weight) => sum + sizeOfShape(weight.shape), 0);
}

/** Adds the cutting of a group's vector into its weights; returns an output for each weight. */
export function addWeightOutputs(graph: Graph, { weights, variable }: ParameterGroup): string[] {
  const sizes = Int32Array.from(weights, (weight) => sizeOfShape(weight.shape));
  const pieces = graph.add('SplitV', {
    inputs: [
      variable.value,
      graph.constant([weights.length], 'int32', sizes),
      graph.constant([], 'int32', Int32Array.of(0)),
    ],
    attributes: [
      attribute.integer('num_split', weights.length),
      attribute.type('T', 'float32'),
      attribute.type('Tlen', 'int32'),
    ],
  });
  return weights.map((weight, index) => reshape(graph, outputName(pieces, index), weight.shape));
}

/** Adds the joining of one gradient for each weight into a vector like the group's. */
export function addFlatGradient(graph: Graph, gradients: string[]): string {
  if (gradients.length === 1) return reshape(graph, gradients[0], [-1]);
  const flat = gradients.map((gradient) => reshape(graph, gradient, [-1]));
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
