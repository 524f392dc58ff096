/**
 * Writes a graph in TensorFlow's SavedModel format (tensorflow/core/protobuf/saved_model.proto), with
 * the protocol buffer classes that tfjs-node-gpu itself ships.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { paths } from '../paths';
import type { Graph, GraphFunction, GraphNode } from './graph';
import { type BindingAttribute, nativeBackend } from './native';

/** The version of TensorFlow's graph format that the nodes are written for. */
const GRAPH_PRODUCER = 1087;

/** The generated classes: setters only, and `serializeBinary`. They come without types. */
// biome-ignore lint/suspicious/noExplicitAny: the generated module is untyped
type Message = any;

const requireFromProject = createRequire(join(paths.root, 'package.json'));
const messages: Message = requireFromProject('@tensorflow/tfjs-node-gpu/dist/proto/api_pb.js');

function shapeMessage(shape: number[]): Message {
  const message = new messages.TensorShape();
  for (const size of shape) {
    const dimension = new messages.TensorShape.Dim();
    dimension.setSize(size);
    message.addDim(dimension);
  }
  return message;
}

/** The setter of a single value and of a list for each kind of attribute. */
const setters: [kind: string, single: string, list: string][] = [
  ['TF_ATTR_TYPE', 'setType', 'setTypeList'],
  ['TF_ATTR_INT', 'setI', 'setIList'],
  ['TF_ATTR_FLOAT', 'setF', 'setFList'],
  ['TF_ATTR_BOOL', 'setB', 'setBList'],
];

function attributeMessage({ name, type, value }: BindingAttribute): Message {
  const numbers = nativeBackend().binding as unknown as Record<string, number>;
  const message = new messages.AttrValue();
  if (type === numbers.TF_ATTR_STRING) {
    message.setS(Buffer.from(String(value)).toString('base64'));
  } else if (type === numbers.TF_ATTR_SHAPE) {
    message.setShape(shapeMessage(value as number[]));
  } else {
    const setter = setters.find(([kind]) => numbers[kind] === type);
    if (setter === undefined) throw new Error(`Attribute ${name} is of an unknown kind, ${type}.`);
    setNumbers(message, setter, value);
  }
  return message;
}

function setNumbers(message: Message, [, single, list]: string[], value: unknown): void {
  if (Array.isArray(value)) {
    const values = new messages.AttrValue.ListValue();
    values[list](value);
    message.setList(values);
  } else {
    message[single](value);
  }
}

function constantMessage({ dtype, shape, values }: NonNullable<GraphNode['constant']>): Message {
  const tensor = new messages.Tensor();
  tensor.setDtype(dtype);
  tensor.setTensorShape(shapeMessage(shape));
  tensor.setTensorContent(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  const message = new messages.AttrValue();
  message.setTensor(tensor);
  return message;
}

function nodeMessage(node: GraphNode): Message {
  const message = new messages.NodeDef();
  message.setName(node.name);
  message.setOp(node.op);
  message.setInputList(node.inputs);
  const attributes = message.getAttrMap();
  for (const each of node.attributes) attributes.set(each.name, attributeMessage(each));
  if (node.constant !== undefined) attributes.set('value', constantMessage(node.constant));
  if (node.calls !== undefined) attributes.set('f', callMessage(node.calls));
  return message;
}

function callMessage(name: string): Message {
  const called = new messages.NameAttrList();
  called.setName(name);
  const message = new messages.AttrValue();
  message.setFunc(called);
  return message;
}

function functionMessage({ name, inputs, outputs, nodes, returned }: GraphFunction): Message {
  const signature = new messages.OpDef();
  signature.setName(name);
  inputs.forEach((type, index) => {
    signature.addInputArg(argumentMessage(`i${index}`, type));
  });
  outputs.forEach((type, index) => {
    signature.addOutputArg(argumentMessage(`o${index}`, type));
  });
  const message = new messages.FunctionDef();
  message.setSignature(signature);
  for (const node of nodes) message.addNodeDef(nodeMessage(node));
  returned.forEach((output, index) => {
    message.getRetMap().set(`o${index}`, output);
  });
  return message;
}

function argumentMessage(name: string, type: number): Message {
  const message = new messages.OpDef.ArgDef();
  message.setName(name);
  message.setType(type);
  return message;
}

/** Returns the bytes of a `saved_model.pb` with the given graph, tagged `serve`. */
export function savedModelBytes({ nodes, functions }: Graph): Uint8Array {
  const graph = new messages.GraphDef();
  const library = new messages.FunctionDefLibrary();
  for (const each of functions) library.addFunction(functionMessage(each));
  graph.setLibrary(library);
  for (const node of nodes) graph.addNode(nodeMessage(node));
  const versions = new messages.VersionDef();
  versions.setProducer(GRAPH_PRODUCER);
  graph.setVersions(versions);
  const information = new messages.MetaGraphDef.MetaInfoDef();
  information.setTagsList(['serve']);
  const metaGraph = new messages.MetaGraphDef();
  metaGraph.setMetaInfoDef(information);
  metaGraph.setGraphDef(graph);
  const model = new messages.SavedModel();
  model.setSavedModelSchemaVersion(1);
  model.addMetaGraphs(metaGraph);
  return model.serializeBinary();
}
