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
  const size = shape.reduce((product, side) => product * side, 1);
  const bytes = graph.add('Bitcast', {
    inputs: [graph.placeholder(name, 'int32', [Math.ceil(size / 4)])],
    attributes: [attribute.type('T', 'int32'), attribute.type('type', 'uint8')],
  });
  const numbers = (...values: number[]) =>
    graph.constant([values.length], 'int32', Int32Array.from(values));
  const types = [attribute.type('T', 'uint8')];
  const row = graph.add('Reshape', {
    inputs: [bytes, numbers(-1)],
    attributes: [...types, attribute.type('Tshape', 'int32')],
  });
  const exact = graph.add('Slice', {
    inputs: [row, numbers(0), numbers(size)],
    attributes: [...types, attribute.type('Index', 'int32')],
  });
  return graph.add('Reshape', {
    inputs: [exact, numbers(...shape)],
    attributes: [...types, attribute.type('Tshape', 'int32')],
  });
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
