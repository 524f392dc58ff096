/**
 * Element-wise operations that follow on each other, made one loop over memory: of an activation and its
 * gradient, five to seven passes over the data remain of up to twenty-five. Each such group becomes a function
 * that TensorFlow's compiler XLA compiles; a TensorFlow without it runs the function's operations one by one.
 */
import { device } from '../backend';
import { type Graph, type GraphFunction, type GraphNode, nodeOfOutput, outputName } from './graph';
import { attribute, type BindingAttribute, bindingAttribute, dataTypeNumber } from './native';

/** Operations that work on each number by itself, with TensorFlow's names of their outputs. */
const outputs: Record<string, string> = {
  ...named('y', ['Cast', 'Erf', 'Exp', 'Neg', 'Sigmoid', 'Square', 'Tanh']),
  ...named('z', ['Add', 'AddV2', 'Maximum', 'Minimum', 'Mul', 'RealDiv', 'Sub']),
  ...named('z', ['SigmoidGrad', 'TanhGrad']),
  AddN: 'sum',
};

function named(output: string, operations: string[]): Record<string, string> {
  return Object.fromEntries(operations.map((operation) => [operation, output]));
}

const floats: unknown[] = [dataTypeNumber.float32, dataTypeNumber.bfloat16];

/** Of fewer numbers than these, the call of a function costs more than it saves. */
const WORTHWHILE = 2 ** 16;

/**
 * Makes functions of a graph's element-wise operations, where it is computed by the processor. On GPUs the compiler
 * needs parts of CUDA that TensorFlow does without. No operation may be added to the graph before those it needs.
 */
export function fuseElementWise(graph: Graph): void {
  if (device() === 'GPU') return;
  const byName = new Map(graph.nodes.map((node) => [node.name, node]));
  const groups = connectedGroups(graph.nodes, byName);
  for (const group of groups) {
    if (group.filter(({ op }) => op !== 'Cast').length > 1) replaceGroup(graph, group, byName);
  }
}

function isFitting({ op, shape, attributes, inputs }: GraphNode): boolean {
  const size = shape?.reduce((product, length) => product * length, 1) ?? 0;
  const types = attributes.filter(({ name }) => ['T', 'SrcT', 'DstT'].includes(name));
  return (
    outputs[op] !== undefined &&
    size >= WORTHWHILE &&
    types.every(({ value }) => floats.includes(value)) &&
    !inputs.some((input) => input.startsWith('^'))
  );
}

/** What each function that needs it takes in for itself: single numbers, and conversions from bfloat16. */
function isTakenIn({ op, attributes, constant }: GraphNode): boolean {
  if (op === 'Const') return constant?.values.byteLength === 4;
  const source = attributes.find(({ name }) => name === 'SrcT');
  return op === 'Cast' && source?.value === dataTypeNumber.bfloat16;
}

/**
 * Returns the fitting nodes in groups that are connected and can be computed at one time: none needs what
 * another operation makes of one of them. So on the way to each there are equally many changes from fitting to
 * other operations.
 */
function connectedGroups(nodes: GraphNode[], byName: Map<string, GraphNode>): GraphNode[][] {
  const groupOf = new Map<string, GraphNode[]>();
  const changes = new Map<string, number>();
  for (const node of nodes) {
    const fitting = isFitting(node) && !isTakenIn(node);
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
      if (byName.has(name) && changes.get(name) === count) join(groupOf, node.name, name);
    }
  }
  return [...new Set(groupOf.values())];
}

/** Makes one group of the groups of two nodes, if both have one. */
function join(groupOf: Map<string, GraphNode[]>, first: string, second: string): void {
  const [one, other] = [groupOf.get(first), groupOf.get(second)];
  if (one === undefined || other === undefined || one === other) return;
  one.push(...other);
  for (const { name } of other) groupOf.set(name, one);
}

/** Puts the call of a function in the place of a group's last node. */
function replaceGroup(graph: Graph, group: GraphNode[], byName: Map<string, GraphNode>): void {
  const members = new Set(group.map(({ name }) => name));
  const inOrder = graph.nodes.filter(({ name }) => members.has(name));
  const others = graph.nodes.filter(({ name }) => !members.has(name));
  const wanted = new Set(others.flatMap(({ inputs }) => inputs).map(nodeOfOutput));
  const results = inOrder.filter(({ name }) => wanted.has(name));
  const { nodes, inputs, references } = functionBody(inOrder, byName);
  const types = { in: inputs.map(({ type }) => type), out: results.map(typeOfOutput) };
  const returned = results.map(({ name }) => references.get(name) as string);
  const name = addFunction(graph, { nodes, inputs: types.in, outputs: types.out, returned });
  const call: GraphNode = {
    name: graph.uniqueName('PartitionedCall'),
    op: 'PartitionedCall',
    inputs: inputs.map(({ output }) => output),
    attributes: callAttributes(types),
    calls: name,
  };
  const renamed = new Map(
    results.map((result, index) => [result.name, outputName(call.name, index)]),
  );
  const last = inOrder[inOrder.length - 1];
  graph.nodes = graph.nodes.flatMap((node) => {
    if (node === last) return [call];
    if (members.has(node.name)) return [];
    return [{ ...node, inputs: node.inputs.map((input) => renamed.get(input) ?? input) }];
  });
  for (const node of graph.nodes) byName.set(node.name, node);
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
  const addNode = (node: GraphNode, own: string[]) => {
    const name = `n${nodes.length}`;
    nodes.push({ ...node, name, inputs: own, shape: undefined });
    references.set(node.name, `${name}:${outputs[node.op] ?? 'output'}:0`);
  };
  const reference = (output: string, type: number): string => {
    const node = byName.get(output);
    if (!references.has(output)) {
      if (node !== undefined && isTakenIn(node)) {
        addNode(
          node,
          node.inputs.map((input) => reference(input, dataTypeNumber.bfloat16)),
        );
      } else {
        references.set(output, `i${inputs.length}`);
        inputs.push({ output, type });
      }
    }
    return references.get(output) as string;
  };
  for (const node of group) {
    addNode(
      node,
      node.inputs.map((input) => reference(input, typeOfInputs(node))),
    );
  }
  return { nodes, inputs, references };
}

const typeOfInputs = (node: GraphNode) => typeNamed(node, node.op === 'Cast' ? 'SrcT' : 'T');
const typeOfOutput = (node: GraphNode) => typeNamed(node, node.op === 'Cast' ? 'DstT' : 'T');

function typeNamed({ attributes }: GraphNode, wanted: string): number {
  return attributes.find(({ name }) => name === wanted)?.value as number;
}

/** Adds a function, or finds the same one: TensorFlow compiles each once for each shape. */
function addFunction(graph: Graph, added: Omit<GraphFunction, 'name'>): string {
  const same = graph.functions.find(({ name, ...known }) => isSame(known, added));
  if (same !== undefined) return same.name;
  const name = `fused_${graph.functions.length}`;
  graph.functions.push({ name, ...added });
  return name;
}

function isSame(one: Omit<GraphFunction, 'name'>, other: Omit<GraphFunction, 'name'>): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function callAttributes(types: { in: number[]; out: number[] }): BindingAttribute[] {
  const list = (name: string, value: number[]) => ({ name, kind: 'TYPE' as const, value });
  return [
    list('Tin', types.in),
    list('Tout', types.out),
    attribute.boolean('_XlaMustCompile', true),
  ].map(bindingAttribute);
}
