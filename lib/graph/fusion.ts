/**
 * Element-wise operations that follow on each other, made one loop over memory: of an activation and its
 * gradient, five to seven passes over the data remain of up to twenty-five. Each such group becomes a function
 * that TensorFlow's compiler XLA compiles; a TensorFlow without it runs the function's operations one by one.
 */
import { isDeepStrictEqual } from 'node:util';
import { device } from '../backend';
import { elementWiseOutputs } from './element-wise';
import {
  attributeOf,
  type Graph,
  type GraphFunction,
  type GraphNode,
  nodeOfOutput,
  outputName,
} from './graph';
import { attribute, type BindingAttribute, bindingAttribute, dataTypeNumber } from './native';
import { sizeOfShape } from './variable';

const floats: unknown[] = [dataTypeNumber.float32, dataTypeNumber.bfloat16];

/** Of fewer numbers than these, the call of a function costs more than it saves. */
const WORTHWHILE = 2 ** 16;

/**
 * Makes functions of a graph's element-wise operations, where it is computed by the processor. On GPUs the compiler
 * needs parts of CUDA that TensorFlow does without. No operation may be added to the graph before those it needs.
 */
export function fuseElementWise(graph: Graph): void {
  if (device() === 'GPU') return;
  const { nodes } = graph;
  const context = {
    graph,
    byName: new Map(nodes.map((node) => [node.name, node])),
    users: usersOf(nodes),
  };
  const renamed = new Map<string, string>();
  const replaced = new Map<GraphNode, GraphNode[]>();
  for (const members of connectedGroups(nodes).filter(isWorthwhile)) {
    const { call, results } = addCall(members, context);
    for (const member of members) {
      replaced.set(member, []);
      renamed.set(`^${member.name}`, `^${call.name}`);
    }
    replaced.set(members[members.length - 1], [call]);
    results.forEach(({ name }, index) => {
      renamed.set(name, outputName(call.name, index));
    });
  }
  graph.nodes = nodes
    .flatMap((node) => replaced.get(node) ?? [node])
    .map((node) => ({ ...node, inputs: node.inputs.map((input) => renamed.get(input) ?? input) }));
}

/** By the name of a node, those that use what it makes. */
function usersOf(nodes: GraphNode[]): Map<string, GraphNode[]> {
  const users = new Map<string, GraphNode[]>();
  for (const node of nodes) {
    for (const input of node.inputs) {
      const name = nodeOfOutput(input);
      const known = users.get(name);
      if (known === undefined) users.set(name, [node]);
      else known.push(node);
    }
  }
  return users;
}

function isWorthwhile(members: GraphNode[]): boolean {
  return members.filter(({ op }) => op !== 'Cast').length > 1;
}

function isFitting(node: GraphNode): boolean {
  const { op, shape, inputs } = node;
  const types = ['T', 'SrcT', 'DstT'].map((name) => attributeOf(node, name));
  return (
    elementWiseOutputs[op] !== undefined &&
    shape !== undefined &&
    sizeOfShape(shape) >= WORTHWHILE &&
    types.every((type) => type === undefined || floats.includes(type)) &&
    !inputs.some((input) => input.startsWith('^'))
  );
}

/**
 * Returns the names of nodes whose results have other shapes in each step: what is computed of parts of a batch.
 * A function would be compiled anew for each shape.
 */
function ofChangingSize(nodes: GraphNode[]): Set<string> {
  const found = new Set<string>();
  for (const { name, op, inputs } of nodes) {
    const follows = inputs.some((input) => found.has(nodeOfOutput(input)));
    if (op === 'DynamicPartition' || (follows && op !== 'DynamicStitch')) found.add(name);
  }
  return found;
}

/** What each function that needs it takes in for itself: single numbers, and conversions from bfloat16. */
function isTakenIn(node: GraphNode): boolean {
  if (node.op === 'Const') return node.constant?.values.byteLength === 4;
  return node.op === 'Cast' && attributeOf(node, 'SrcT') === dataTypeNumber.bfloat16;
}

/**
 * Returns the fitting nodes in groups that are connected and can be computed at one time: none needs what
 * another operation makes of one of them. So on the way to each there are equally many changes from fitting to
 * other operations. The nodes of a group are in the graph's order.
 */
function connectedGroups(nodes: GraphNode[]): GraphNode[][] {
  const groupOf = new Map<string, GraphNode[]>();
  const changes = new Map<string, number>();
  const changing = ofChangingSize(nodes);
  for (const node of nodes) {
    const fitting = isFitting(node) && !isTakenIn(node) && !changing.has(node.name);
    const sources = node.inputs.map((input) => nodeOfOutput(input.replace('^', '')));
    const counts = sources.map((name) => {
      const change = groupOf.has(name) && !fitting ? 1 : 0;
      return (changes.get(name) ?? 0) + change;
    });
    const count = Math.max(0, ...counts);
    changes.set(node.name, count);
    if (!fitting) continue;
    groupOf.set(node.name, [node]);
    for (const name of sources) {
      if (changes.get(name) === count) join(groupOf, node.name, name);
    }
  }
  const places = new Map(nodes.map((node, place) => [node, place]));
  const place = (node: GraphNode) => places.get(node) as number;
  return [...new Set(groupOf.values())].map((group) => group.sort((a, b) => place(a) - place(b)));
}

/** Makes one group of the groups of two nodes, if both have one. */
function join(groupOf: Map<string, GraphNode[]>, first: string, second: string): void {
  const [one, other] = [groupOf.get(first), groupOf.get(second)];
  if (one === undefined || other === undefined || one === other) return;
  one.push(...other);
  for (const { name } of other) groupOf.set(name, one);
}

interface Context {
  graph: Graph;
  byName: Map<string, GraphNode>;
  users: Map<string, GraphNode[]>;
}

/** Adds the function of a group; returns a call of it, and which of the members' results that gives. */
function addCall(
  members: GraphNode[],
  { graph, byName, users }: Context,
): { call: GraphNode; results: GraphNode[] } {
  const isOutside = (user: GraphNode) => !members.includes(user);
  const results = members.filter(({ name }) => users.get(name)?.some(isOutside));
  const { nodes, inputs, references } = functionBody(members, byName);
  const types = { in: inputs.map(({ type }) => type), out: results.map(typeOfOutput) };
  const returned = results.map(({ name }) => references.get(name) as string);
  const call: GraphNode = {
    name: graph.uniqueName('PartitionedCall'),
    op: 'PartitionedCall',
    inputs: inputs.map(({ output }) => output),
    attributes: callAttributes(types),
    calls: addFunction(graph, { nodes, inputs: types.in, outputs: types.out, returned }),
  };
  return { call, results };
}

interface Body {
  nodes: GraphNode[];
  /** What the function is given. */
  inputs: { output: string; type: number }[];
  /** How the function's own nodes call the outputs of the group's nodes. */
  references: Map<string, string>;
}

/** The nodes of a function: those of a group, with what it takes in. */
function functionBody(group: GraphNode[], byName: Map<string, GraphNode>): Body {
  const nodes: GraphNode[] = [];
  const inputs: Body['inputs'] = [];
  const references = new Map<string, string>();
  const addNode = (node: GraphNode) => {
    const own = node.inputs.map((input) => reference(input, typeOfInputs(node)));
    const name = `n${nodes.length}`;
    nodes.push({ ...node, name, inputs: own, shape: undefined });
    references.set(node.name, `${name}:${elementWiseOutputs[node.op] ?? 'output'}:0`);
  };
  const reference = (output: string, type: number): string => {
    const node = byName.get(output);
    if (!references.has(output) && node !== undefined && isTakenIn(node)) addNode(node);
    if (!references.has(output)) {
      references.set(output, `i${inputs.length}`);
      inputs.push({ output, type });
    }
    return references.get(output) as string;
  };
  group.forEach(addNode);
  return { nodes, inputs, references };
}

const typeOfInputs = (node: GraphNode) =>
  attributeOf(node, node.op === 'Cast' ? 'SrcT' : 'T') as number;
const typeOfOutput = (node: GraphNode) =>
  attributeOf(node, node.op === 'Cast' ? 'DstT' : 'T') as number;

/** Adds a function, or finds the same one: TensorFlow compiles each once for each shape. */
function addFunction(graph: Graph, added: Omit<GraphFunction, 'name'>): string {
  const same = graph.functions.find(({ name, ...known }) => isDeepStrictEqual(known, added));
  if (same !== undefined) return same.name;
  const name = `fused_${graph.functions.length}`;
  graph.functions.push({ name, ...added });
  return name;
}

function callAttributes(types: { in: number[]; out: number[] }): BindingAttribute[] {
  const list = (name: string, value: number[]) => ({ name, kind: 'TYPE' as const, value });
  return [
    list('Tin', types.in),
    list('Tout', types.out),
    attribute.boolean('_XlaMustCompile', true),
  ].map(bindingAttribute);
}
