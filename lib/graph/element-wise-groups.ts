/** Which element-wise operations of a graph can be computed together. */
import { elementWiseOutputs } from './element-wise';
import { attributeOf, type GraphNode, nodeOfOutput } from './graph';
import { dataTypeNumber } from './native';
import { sizeOfShape } from './variable';

const floats: unknown[] = [dataTypeNumber.float32, dataTypeNumber.bfloat16];

/** Operations that may hide a NaN; not in one of their inputs where the other is a single number. */
const HIDE_NAN = ['Maximum', 'Minimum'];

/** Of fewer numbers than these, the call of a function costs more than it saves. */
const WORTHWHILE = 2 ** 16;

function isFitting(node: GraphNode, numbers: Set<string>): boolean {
  const { op, shape, inputs } = node;
  // Of a number and NaN, what XLA compiles may take the number; TensorFlow's own operations give NaN.
  if (HIDE_NAN.includes(op) && !inputs.some((input) => numbers.has(input))) return false;
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
export function isTakenIn(node: GraphNode): boolean {
  if (node.op === 'Const') return node.constant?.values.byteLength === 4;
  const { op, inputs } = node;
  return (
    op === 'Cast' && inputs.length === 1 && attributeOf(node, 'SrcT') === dataTypeNumber.bfloat16
  );
}

/** By the name of a node, names of others. */
export type Links = Map<string, string[]>;

/** What each node works on or waits for; instead of a conversion that functions take in, what that converts. */
function sourcesOf(nodes: GraphNode[]): Links {
  const sources: Links = new Map();
  const original = new Map<string, string>();
  for (const node of nodes) {
    const names = node.inputs
      .map((input) => nodeOfOutput(input.replace('^', '')))
      .map((name) => original.get(name) ?? name);
    sources.set(node.name, names);
    if (node.op === 'Cast' && isTakenIn(node)) original.set(node.name, names[0]);
  }
  return sources;
}

/** By the name of a node, those that work on what it makes, also through a conversion that functions take in. */
export function usersOf(nodes: GraphNode[], sources = sourcesOf(nodes)): Links {
  const users: Links = new Map(nodes.map(({ name }) => [name, []]));
  for (const node of nodes) {
    if (isTakenIn(node)) continue;
    for (const source of sources.get(node.name) ?? []) users.get(source)?.push(node.name);
  }
  return users;
}

/**
 * Returns the element-wise nodes in groups that are connected and can be computed at one time: none needs what
 * another operation makes of one of them. The nodes of a group are in the graph's order.
 */
export function connectedGroups(nodes: GraphNode[]): GraphNode[][] {
  const changing = ofChangingSize(nodes);
  const numbers = new Set(
    nodes.filter((node) => node.op === 'Const' && isTakenIn(node)).map(({ name }) => name),
  );
  const fitting = nodes.filter(
    (node) => isFitting(node, numbers) && !isTakenIn(node) && !changing.has(node.name),
  );
  const sources = sourcesOf(nodes);
  const users = usersOf(nodes, sources);
  const names = new Set(fitting.map(({ name }) => name));
  const stages = stagesOf(nodes, { fitting: names, sources, users });
  const groupOf = new Map<string, GraphNode[]>(fitting.map((node) => [node.name, [node]]));
  for (const { name } of fitting) {
    for (const source of sources.get(name) ?? []) {
      if (stages.get(source) === stages.get(name)) join(groupOf, name, source);
    }
  }
  const places = new Map(nodes.map((node, place) => [node, place]));
  const place = (node: GraphNode) => places.get(node) as number;
  return [...new Set(groupOf.values())].map((group) => group.sort((a, b) => place(a) - place(b)));
}

/**
 * When each node can be computed: on the way to it there are so many changes from fitting to other operations. What
 * fitting nodes of later stages alone work on is left to them: the gradient of an activation takes in what it needs
 * of the activation, rather than its being kept from the way forwards.
 */
function stagesOf(
  nodes: GraphNode[],
  { fitting, sources, users }: { fitting: Set<string>; sources: Links; users: Links },
): Map<string, number> {
  const stages = new Map<string, number>();
  const stage = (name: string) => stages.get(name) ?? 0;
  for (const { name } of nodes) {
    const before = (sources.get(name) ?? []).map(
      (source) => stage(source) + (fitting.has(source) && !fitting.has(name) ? 1 : 0),
    );
    stages.set(name, Math.max(0, ...before));
  }
  for (const { name } of [...nodes].reverse()) {
    const following = users.get(name) ?? [];
    if (!fitting.has(name) || following.length === 0) continue;
    if (following.every((user) => fitting.has(user))) {
      stages.set(name, Math.min(...following.map(stage)));
    }
  }
  return stages;
}

/** Makes one group of the groups of two nodes, if both have one. */
function join(groupOf: Map<string, GraphNode[]>, first: string, second: string): void {
  const [one, other] = [groupOf.get(first), groupOf.get(second)];
  if (one === undefined || other === undefined || one === other) return;
  one.push(...other);
  for (const { name } of other) groupOf.set(name, one);
}
