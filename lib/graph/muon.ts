/**
 * Muon: momentum made orthogonal before it moves a matrix, so that all directions of it move alike
 * (Jordan et al., "Muon: an optimizer for hidden layers in neural networks", 2024).
 */
import { type Graph, nodeOfOutput, outputName } from './graph';
import { attribute } from './native';
import { cutVector, joinVector } from './parameters';
import { assign, type GraphVariable, reshape, sizeOfShape } from './variable';

/** Brings singular values up to 1 near 1 within few rounds: x ← 3.4445 x − 4.775 x³ + 2.0315 x⁵ (Jordan et al.). */
const [FIRST, THIRD, FIFTH] = [3.4445, -4.775, 2.0315];

/** Keeps a gradient of zeros from dividing by zero. */
const SMALLEST = 1e-7;

export interface OrthogonalUpdate {
  variable: GraphVariable;
  slot: GraphVariable;
  gradient: string;
  rate: string;
  /** The shapes of the kernels that lie in the vector, one after the other. */
  shapes: number[][];
}

/**
 * Adds m ← momentum · m + g, and w ← length(w) − rate · orthogonal(g + momentum · m) for each kernel, where length
 * scales a kernel to the norm √outputs; returns the name of the node that has run when it is done.
 */
export function addOrthogonalMomentum(
  graph: Graph,
  { momentum, rounds }: { momentum: number; rounds: number },
  { variable, slot, gradient, rate, shapes }: OrthogonalUpdate,
): string {
  const kept = graph.scalar(momentum);
  const next = graph.float('AddV2', graph.float('Mul', slot.value, kept), gradient);
  const ahead = graph.float('AddV2', graph.float('Mul', next, kept), gradient);
  const orthogonal = addOrthogonal(graph, cutVector(graph, ahead, shapes), { shapes, rounds });
  const weights = cutVector(
    graph,
    graph.after(variable.value, [nodeOfOutput(gradient)]),
    shapes,
  ).map((kernel, index) => addOfLength(graph, kernel, Math.sqrt(outputsOf(shapes[index]))));
  const move = graph.float('Mul', joinVector(graph, orthogonal), rate);
  const moved = graph.float('Sub', joinVector(graph, weights), move);
  return assign(graph, variable, graph.after(moved, [assign(graph, slot, next)]));
}

/** Adds the value at a length of its own; zeros stay zeros. */
function addOfLength(graph: Graph, value: string, length: number): string {
  const norm = graph.float(
    'Sqrt',
    graph.float('Mul', graph.float('L2Loss', value), graph.scalar(2)),
  );
  return graph.float('Mul', value, graph.float('DivNoNan', graph.scalar(length), norm));
}

function outputsOf(shape: number[]): number {
  return shape[shape.length - 1];
}

/**
 * Adds, for each kernel taken as a matrix of all that leads to an output by outputs, the orthogonal matrix
 * nearest to it; where there are more outputs than inputs, longer, so that each output moves as far.
 */
export function addOrthogonal(
  graph: Graph,
  kernels: string[],
  { shapes, rounds }: { shapes: number[][]; rounds: number },
): string[] {
  const results: string[] = [];
  for (const { rows, columns, places } of bySize(shapes)) {
    const matrices = graph.add('Pack', {
      inputs: places.map((place) => reshape(graph, kernels[place], [rows, columns])),
      attributes: [float32, attribute.integer('N', places.length), attribute.integer('axis', 0)],
    });
    const orthogonal = addNewtonSchulz(graph, matrices, { isWide: columns > rows, rounds });
    const length = graph.scalar(Math.sqrt(Math.max(1, columns / rows)));
    const apart = graph.add('Unpack', {
      inputs: [graph.float('Mul', orthogonal, length)],
      attributes: [float32, attribute.integer('num', places.length), attribute.integer('axis', 0)],
    });
    places.forEach((place, index) => {
      results[place] = reshape(graph, outputName(apart, index), shapes[place]);
    });
  }
  return results;
}

const float32 = attribute.type('T', 'float32');

interface Matrices {
  rows: number;
  columns: number;
  /** Where in the list the kernels of this size are. */
  places: number[];
}

/** Kernels of one size are multiplied together. */
function bySize(shapes: number[][]): Matrices[] {
  const found = new Map<string, Matrices>();
  shapes.forEach((shape, place) => {
    const columns = outputsOf(shape);
    const rows = sizeOfShape(shape.slice(0, -1));
    const key = `${rows} × ${columns}`;
    if (!found.has(key)) found.set(key, { rows, columns, places: [] });
    found.get(key)?.places.push(place);
  });
  return [...found.values()];
}

/** Adds the rounds of Newton–Schulz on matrices of one size, on the side where their squares are smaller. */
function addNewtonSchulz(
  graph: Graph,
  matrices: string,
  { isWide, rounds }: { isWide: boolean; rounds: number },
): string {
  let x = graph.float('RealDiv', matrices, addLengths(graph, matrices));
  for (let round = 0; round < rounds; round++) {
    const square = addProduct(graph, [x, x], { transposed: isWide ? 'second' : 'first' });
    const fourth = addProduct(graph, [square, square]);
    const factor = graph.float(
      'AddV2',
      graph.float('Mul', square, graph.scalar(THIRD)),
      graph.float('Mul', fourth, graph.scalar(FIFTH)),
    );
    const higher = addProduct(graph, isWide ? [factor, x] : [x, factor]);
    x = graph.float('AddV2', graph.float('Mul', x, graph.scalar(FIRST)), higher);
  }
  return x;
}

/** Adds the length of each matrix, the root of the sum of its squares: no singular value is larger. */
function addLengths(graph: Graph, matrices: string): string {
  const squares = graph.add('Sum', {
    inputs: [graph.float('Square', matrices), graph.constant([2], 'int32', Int32Array.of(1, 2))],
    attributes: [float32, attribute.type('Tidx', 'int32'), attribute.boolean('keep_dims', true)],
  });
  return graph.float('AddV2', graph.float('Sqrt', squares), graph.scalar(SMALLEST));
}

function addProduct(
  graph: Graph,
  factors: [string, string],
  { transposed }: { transposed?: 'first' | 'second' } = {},
): string {
  return graph.add('BatchMatMulV2', {
    inputs: factors,
    attributes: [
      float32,
      attribute.boolean('adj_x', transposed === 'first'),
      attribute.boolean('adj_y', transposed === 'second'),
    ],
  });
}
