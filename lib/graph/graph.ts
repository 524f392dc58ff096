/** A TensorFlow graph being built: a list of nodes, each an operation with inputs and attributes. */
import {
  type Attribute,
  attribute,
  type BindingAttribute,
  bindingAttribute,
  type DataType,
  dataTypeNumber,
} from './native';

/**
 * One node. Inputs name outputs of other nodes (`'MatMul_3'`, `'SplitV_1:2'`) or, as `'^name'`, nodes
 * that must have run before.
 */
export interface GraphNode {
  name: string;
  op: string;
  inputs: string[];
  attributes: BindingAttribute[];
  /** The shape of the first output, where it is known: of recorded nodes. */
  shape?: number[];
  /** The value of a `Const` node. */
  constant?: { dtype: number; shape: number[]; values: ArrayBufferView };
  /** The function that a `PartitionedCall` node calls. */
  calls?: string;
}

/** A function that nodes can call. Its own nodes name their inputs `i0`, `i1`, … and `node:output:index`. */
export interface GraphFunction {
  name: string;
  /** TensorFlow's numbers of the types. */
  inputs: number[];
  outputs: number[];
  nodes: GraphNode[];
  /** Which outputs of its nodes it gives. */
  returned: string[];
}

export interface NodeOptions {
  inputs?: string[];
  attributes?: Attribute[];
  name?: string;
}

/** The name of a node's output: TensorFlow writes the first as the node's name alone. */
export function outputName(node: string, index: number): string {
  return index === 0 ? node : `${node}:${index}`;
}

/** The name of the node that makes an output. */
export function nodeOfOutput(output: string): string {
  return output.split(':')[0];
}

/** The value of a node's attribute, or undefined. */
export function attributeOf({ attributes }: GraphNode, wanted: string): unknown {
  return attributes.find(({ name }) => name === wanted)?.value;
}

/** The name of one of TensorFlow's type numbers. */
export function dataTypeName(dtype: number): DataType {
  const found = Object.entries(dataTypeNumber).find(([, number]) => number === dtype);
  if (found === undefined)
    throw new RangeError(`TensorFlow's data type ${dtype} is not supported.`);
  return found[0] as DataType;
}

export class Graph {
  nodes: GraphNode[] = [];
  functions: GraphFunction[] = [];
  private count = 0;

  /** A name that no other node of this graph has. */
  uniqueName(op: string): string {
    return `${op}_${this.count++}`;
  }

  /** Adds an operation and returns the name of its first output (see {@link outputName}). */
  add(op: string, { inputs = [], attributes = [], name }: NodeOptions = {}): string {
    const node = { name: name ?? this.uniqueName(op), op, inputs };
    this.nodes.push({ ...node, attributes: attributes.map(bindingAttribute) });
    return node.name;
  }

  /** Adds a value that is fed anew on each run. */
  placeholder(name: string, dtype: DataType, shape: number[]): string {
    const attributes = [attribute.type('dtype', dtype), attribute.shape('shape', shape)];
    return this.add('Placeholder', { attributes, name });
  }

  /** Adds a fixed float32 number. */
  scalar(value: number): string {
    return this.constant([], 'float32', Float32Array.of(value));
  }

  /** Adds fixed numbers of the given shape. */
  constant(shape: number[], dtype: DataType, values: ArrayBufferView): string {
    const type = attribute.type('dtype', dtype);
    const name = this.add('Const', { attributes: [type] });
    this.nodes[this.nodes.length - 1].constant = { dtype: type.value as number, shape, values };
    return name;
  }

  /** Adds an element-wise or other float32 operation whose only attribute is its type `T`. */
  float(op: string, ...inputs: string[]): string {
    return this.add(op, { inputs, attributes: [attribute.type('T', 'float32')] });
  }

  /** Adds an `Identity` that is ready once `value` is there and the nodes `after` have run. */
  after(value: string, after: string[], { name, dtype = 'float32' }: AfterOptions = {}): string {
    const inputs = [value, ...after.map((node) => `^${node}`)];
    return this.add('Identity', { inputs, attributes: [attribute.type('T', dtype)], name });
  }
}

interface AfterOptions {
  name?: string;
  dtype?: DataType;
}
