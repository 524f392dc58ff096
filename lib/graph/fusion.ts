/**
 * Element-wise operations that follow on each other, made one loop over memory: of an activation and its
 * gradient, five passes over the data remain of up to twenty-five. Each such group becomes a function
 * that TensorFlow's compiler XLA compiles; a TensorFlow without it runs the function's operations one by one.
 */
import { isDeepStrictEqual } from 'node:util';
import { device } from '../backend';
import { elementWiseOutputs } from './element-wise';
import { connectedGroups, isTakenIn, type Links, usersOf } from './element-wise-groups';
import { attributeOf, Graph, type GraphFunction, type GraphNode, outputName } from './graph';
import { attribute, type BindingAttribute, bindingAttribute, dataTypeNumber } from './native';
import { addRounding } from './rounding';

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
    const { call, results, inner } = addCall(members, context);
    for (const member of [...members, ...inner]) {
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

function isWorthwhile(members: GraphNode[]): boolean {
  return members.filter(({ op }) => op !== 'Cast').length > 1;
}

interface Context {
  graph: Graph;
  byName: Map<string, GraphNode>;
  users: Links;
}

/**
 * Adds the function of a group; returns a call of it, which of the members' results that gives, and the conversions
 * of others, which nobody needs any more.
 */
function addCall(
  members: GraphNode[],
  { graph, byName, users }: Context,
): { call: GraphNode; results: GraphNode[]; inner: GraphNode[] } {
  const names = new Set(members.map(({ name }) => name));
  const isOutside = (user: string) => !names.has(user);
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
  const given = new Set(results.map(({ name }) => name));
  const isInner = ({ inputs: [source] }: GraphNode) => names.has(source) && !given.has(source);
  const inner = graph.nodes.filter((node) => isTakenIn(node) && isInner(node));
  return { call, results, inner };
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
  const body = new Graph();
  const inputs: Body['inputs'] = [];
  const references = new Map<string, string>();
  const addNode = (node: GraphNode) => {
    const own = node.inputs.map((input) => reference(input, typeOfInputs(node)));
    if (node.op === 'Cast' && typeOfOutput(node) === dataTypeNumber.bfloat16) {
      addRounding(body, own[0]);
    } else {
      const name = body.uniqueName(node.op);
      body.nodes.push({ ...node, name, inputs: own, shape: undefined });
    }
    const { name, op } = body.nodes[body.nodes.length - 1];
    references.set(node.name, `${name}:${elementWiseOutputs[op] ?? 'output'}:0`);
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
  return { nodes: body.nodes, inputs, references };
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
