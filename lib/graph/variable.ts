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

/**
 * Adds a variable. It has no value until {@link Session.write} gives it one.
 *
 * @param stored the type it is kept in; `dtype` is what the host writes and reads
 */
export function addVariable(
  graph: Graph,
  name: string,
  { shape, dtype = 'float32', stored = dtype }: VariableOptions,
): GraphVariable {
  const type = attribute.type('dtype', stored);
  const handle = graph.add('VarHandleOp', {
    name,
    attributes: [type, attribute.shape('shape', shape), attribute.string('shared_name', name)],
  });
  const input = graph.placeholder(`${name}/input`, dtype, shape);
  const own = stored === dtype ? copy(graph, input, dtype) : cast(graph, input, dtype, stored);
  const write = assign(graph, { handle, stored }, own);
  graph.after(input, [write], { name: `${name}/written`, dtype });
  const value = graph.add('ReadVariableOp', {
    name: `${name}/value`,
    inputs: [handle],
    attributes: [type],
  });
  return { name, dtype, shape, handle, value };
}

interface VariableOptions {
  shape: number[];
  dtype?: DataType;
  stored?: DataType;
}

/** Adds a node that gives a variable a new value; returns the node's name. */
export function assign(
  graph: Graph,
  { handle, stored = 'float32' }: { handle: string; stored?: DataType },
  value: string,
): string {
  const attributes = [attribute.type('dtype', stored)];
  return graph.add('AssignVariableOp', { inputs: [handle, value], attributes });
}

/**
 * Adds a copy. What the host feeds lies in the memory of a JavaScript array, and a variable would share it:
 * the thread of TensorFlow's that gives the variable its next value would then free the array, which only
 * JavaScript's own thread may do. Two at once end the process.
 */
function copy(graph: Graph, value: string, dtype: DataType): string {
  return graph.add('DeepCopy', { inputs: [value], attributes: [attribute.type('T', dtype)] });
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
