/**
 * TensorFlow's own operations by name, also those that TensorFlow.js has no function for. They run at
 * once, or, while a step is recorded (`recorder.ts`), become nodes of its graph.
 */
import { tf } from '../backend';

export type DataType =
  | 'float32'
  | 'int32'
  | 'int16'
  | 'bool'
  | 'int64'
  | 'uint8'
  | 'bfloat16'
  | 'resource';

/** Numbers of TensorFlow's `DataType` enumeration (tensorflow/core/framework/types.proto). */
export const dataTypeNumber: Record<DataType, number> = {
  float32: 1,
  int32: 3,
  uint8: 4,
  int16: 5,
  int64: 9,
  bool: 10,
  bfloat16: 14,
  resource: 20,
};

export type AttributeKind = 'TYPE' | 'INT' | 'FLOAT' | 'BOOL' | 'STRING' | 'SHAPE';
type AttributeValue = number | boolean | string | number[];

/** An operation's attribute: what TensorFlow calls it, the kind of its value, and the value. */
export interface Attribute {
  name: string;
  kind: AttributeKind;
  value: AttributeValue;
}

/** `attribute.type('T', 'float32')`, `attribute.float('epsilon', 1e-3)`, … */
export const attribute = {
  type: (name: string, value: DataType): Attribute => ({
    name,
    kind: 'TYPE',
    value: dataTypeNumber[value],
  }),
  integer: (name: string, value: number | number[]): Attribute => ({ name, kind: 'INT', value }),
  float: (name: string, value: number): Attribute => ({ name, kind: 'FLOAT', value }),
  boolean: (name: string, value: boolean): Attribute => ({ name, kind: 'BOOL', value }),
  string: (name: string, value: string): Attribute => ({ name, kind: 'STRING', value }),
  shape: (name: string, value: number[]): Attribute => ({ name, kind: 'SHAPE', value }),
};

/** An attribute in the form that the binding takes: `type` is the binding's number of the kind. */
export interface BindingAttribute {
  name: string;
  type: number;
  value: AttributeValue;
}

/** What the binding tells of a tensor it made. */
export interface TensorInformation {
  id: number;
  shape: number[];
  dtype: number;
}

/** The compiled binding of tfjs-node-gpu: the functions of it that are used here. */
export interface Binding {
  createTensor(shape: number[], dtype: number, values: ArrayBufferView): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array;
  executeOp(
    op: string,
    attributes: BindingAttribute[],
    inputs: number[],
    outputCount: number,
  ): TensorInformation[];
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(session: number): void;
  runSavedModel(
    session: number,
    inputs: number[],
    inputNames: string,
    outputNames: string,
  ): TensorInformation[];
}

/** The part of tfjs-node-gpu's backend that its public types hide. */
interface NativeBackend {
  binding: Binding;
  getInputTensorIds(tensors: tf.Tensor[]): number[];
  createOutputTensor(information: TensorInformation): tf.Tensor;
}

/** tfjs-node-gpu's backend; its binding is swapped for a recorder while a step is recorded. */
export function nativeBackend(): NativeBackend {
  return tf.backend() as unknown as NativeBackend;
}

/** The attribute as the binding wants it. */
export function bindingAttribute({ name, kind, value }: Attribute): BindingAttribute {
  const numbers = nativeBackend().binding as unknown as Record<string, number>;
  return { name, type: numbers[`TF_ATTR_${kind}`], value };
}

export interface NativeOptions {
  inputs: tf.Tensor[];
  attributes?: Attribute[];
}

/**
 * Runs one operation and returns its outputs.
 *
 * @param op TensorFlow's name of the operation, such as `'StatelessRandomUniform'`
 * @param outputCount how many outputs the operation has
 * @throws what TensorFlow says is wrong with the operation, its inputs or attributes
 */
export function nativeOutputs(
  op: string,
  outputCount: number,
  { inputs, attributes = [] }: NativeOptions,
): tf.Tensor[] {
  const backend = nativeBackend();
  const ids = backend.getInputTensorIds(inputs);
  return backend.binding
    .executeOp(op, attributes.map(bindingAttribute), ids, outputCount)
    .map((information) => backend.createOutputTensor(information));
}

/** Runs one operation with a single output and returns that. See {@link nativeOutputs}. */
export function native<T extends tf.Tensor>(op: string, options: NativeOptions): T {
  return nativeOutputs(op, 1, options)[0] as T;
}
