/** Values that live in a session between its runs, such as weights. */
import type { Graph } from './graph';
import { attribute, type DataType } from './native';

export interface GraphVariable {
  name: string;
  dtype: DataType;
  shape: number[];
  /** The node that stands for the variable itself, an input of operations that update it. */
  handle: string;
  /** The output with its value as it was before this run's updates. */
  value: string;
}

/** Adds a variable. It has no value until {@link Session.write} gives it one. */
export function addVariable(
  graph: Graph,
  name: string,
  { shape, dtype = 'float32' }: VariableOptions,
): GraphVariable {
  const type = attribute.type('dtype', dtype);
  const handle = graph.add('VarHandleOp', {
    name,
    attributes: [type, attribute.shape('shape', shape), attribute.string('shared_name', name)],
  });
  const input = `${name}/input`;
  const fed =
    dtype === 'uint8' ? addBytes(graph, input, shape) : graph.placeholder(input, dtype, shape);
  const write = assign(graph, { handle, dtype }, copy(graph, fed, dtype));
  graph.after(graph.scalar(0), [write], { name: `${name}/written` });
  const value = graph.add('ReadVariableOp', {
    name: `${name}/value`,
    inputs: [handle],
    attributes: [type],
  });
  return { name, dtype, shape, handle, value };
}

interface VariableOptions {
  shape: number[];
  dtype?: 'float32' | 'int32' | 'uint8';
}

/** Adds a placeholder for bytes. The host has no tensors of them: it feeds whole numbers of four each. */
function addBytes(graph: Graph, name: string, shape: number[]): string {
  const size = sizeOfShape(shape);
  const bytes = graph.add('Bitcast', {
    inputs: [graph.placeholder(name, 'int32', [Math.ceil(size / 4)])],
    attributes: [attribute.type('T', 'int32'), attribute.type('type', 'uint8')],
  });
  const numbers = (value: number) => graph.constant([1], 'int32', Int32Array.of(value));
  const exact = graph.add('Slice', {
    inputs: [reshape(graph, bytes, [-1], 'uint8'), numbers(0), numbers(size)],
    attributes: [attribute.type('T', 'uint8'), attribute.type('Index', 'int32')],
  });
  return reshape(graph, exact, shape, 'uint8');
}

/**
 * Adds a copy. What the host feeds lies in the memory of a JavaScript array, and a variable would share it:
 * the thread of TensorFlow's that gives the variable its next value would then free the array, which only
 * JavaScript's own thread may do. Two at once end the process.
 */
function copy(graph: Graph, value: string, dtype: DataType): string {
  return graph.add('DeepCopy', { inputs: [value], attributes: [attribute.type('T', dtype)] });
}

/** Adds a node that gives a variable a new value; returns the node's name. */
export function assign(
  graph: Graph,
  { handle, dtype = 'float32' }: { handle: string; dtype?: DataType },
  value: string,
): string {
  const attributes = [attribute.type('dtype', dtype)];
  return graph.add('AssignVariableOp', { inputs: [handle, value], attributes });
}

/** Adds a conversion of type. */
export function cast(graph: Graph, value: string, from: DataType, to: DataType): string {
  return graph.add('Cast', {
    inputs: [value],
    attributes: [
      attribute.type('SrcT', from),
      attribute.type('DstT', to),
      attribute.boolean('Truncate', false),
    ],
  });
}

/** Adds a change of shape; one side may be −1, whatever is left for it. */
export function reshape(
  graph: Graph,
  value: string,
  shape: number[],
  dtype: DataType = 'float32',
): string {
  return graph.add('Reshape', {
    inputs: [value, graph.constant([shape.length], 'int32', Int32Array.from(shape))],
    attributes: [attribute.type('T', dtype), attribute.type('Tshape', 'int32')],
  });
}

/** Returns how many numbers a tensor of this shape has. */
export function sizeOfShape(shape: number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
