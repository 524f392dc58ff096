/**
 * Repeats a step inside the graph, so that one call from the host runs many: a loop of TensorFlow's own
 * control flow operations (Yu et al., "Dynamic control flow in large-scale machine learning", 2018).
 */
import {
  attributeOf,
  dataTypeName,
  type Graph,
  type GraphNode,
  nodeOfOutput,
  outputName,
} from './graph';
import { attribute, type DataType } from './native';

/** What is fed to a loop, and what it gives. */
export interface Loop {
  /** The placeholder of the number of steps, an int32 scalar. */
  count: string;
  /** By a step's placeholder, the one that takes its values for all steps, one a row. */
  stacked: Record<string, string>;
  /** What the steps give, one a row. */
  output: string;
}

/** The names of the loop around a step that makes `output` from the placeholders `fed`. */
function loopAround(output: string, fed: string[]): Loop {
  return {
    count: `${output}/count`,
    stacked: Object.fromEntries(fed.map((name) => [name, `${output}/stacked/${name}`])),
    output: `${output}/loop`,
  };
}

/**
 * Adds a loop around copies of the nodes that make an output: to be called when they are final. Each round
 * finds the variables as the one before has left them.
 *
 * @param output what a step gives, float32 [size], once all that it does is done
 * @param fed the placeholders that a step is fed with
 */
export function addLoop(
  graph: Graph,
  output: string,
  { size, fed }: { size: number; fed: string[] },
): Loop {
  const loop = loopAround(output, fed);
  const nodes = nodesFor(graph, output);
  for (const node of graph.nodes.filter(({ name }) => fed.includes(name))) {
    const shape = [-1, ...(attributeOf(node, 'shape') as number[])];
    graph.placeholder(loop.stacked[node.name], typeOf(node), shape);
  }
  const enter = createEntrance(graph, loop.output);
  const earlier = addEarlierRows(graph, loop, { enter, size });
  copyNodes(graph, nodes, { loop, enter, now: addRowCount(graph, earlier) });
  addNextRows(graph, loop, { enter, earlier, row: inLoop(loop, output) });
  return loop;
}

function typeOf(placeholder: GraphNode): DataType {
  return dataTypeName(attributeOf(placeholder, 'dtype') as number);
}

const int32 = attribute.type('T', 'int32');
const float32 = attribute.type('T', 'float32');

/** The nodes that an output needs, in the graph's order. */
function nodesFor(graph: Graph, output: string): GraphNode[] {
  const byName = new Map(graph.nodes.map((node) => [node.name, node]));
  const needed = new Set<string>();
  const waiting = [output];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (needed.has(name)) continue;
    needed.add(name);
    const { inputs } = byName.get(name) as GraphNode;
    waiting.push(...inputs.map((input) => nodeOfOutput(input.replace('^', ''))));
  }
  return graph.nodes.filter(({ name }) => needed.has(name));
}

/** Brings a value into the loop: one that all rounds share, or only the first one's. */
type Entrance = (value: string, dtype: DataType, shared?: boolean) => string;

function createEntrance(graph: Graph, frame: string): Entrance {
  return (value, dtype, shared = true) =>
    graph.add('Enter', {
      inputs: [value],
      attributes: [
        attribute.type('T', dtype),
        attribute.string('frame_name', frame),
        attribute.boolean('is_constant', shared),
        attribute.integer('parallel_iterations', 1),
      ],
    });
}

/** Adds what the earlier rounds gave: their number tells which round this is, and whether it is the last. */
function addEarlierRows(
  graph: Graph,
  loop: Loop,
  { enter, size }: { enter: Entrance; size: number },
): string {
  const none = graph.constant([0, size], 'float32', new Float32Array(0));
  const rows = graph.add('Merge', {
    inputs: [enter(none, 'float32', false), nextRows(loop)],
    attributes: [float32, attribute.integer('N', 2)],
  });
  const count = enter(graph.placeholder(loop.count, 'int32', []), 'int32');
  const isBelow = graph.add('Less', {
    inputs: [addRowCount(graph, rows), count],
    attributes: [int32],
  });
  const goesOn = graph.add('LoopCond', { inputs: [isBelow] });
  const chosen = graph.add('Switch', { inputs: [rows, goesOn], attributes: [float32] });
  graph.add('Exit', { inputs: [chosen], attributes: [float32], name: loop.output });
  return outputName(chosen, 1);
}

const nextRows = ({ output }: Loop) => `${output}/next`;

/** Adds the number of rows of a matrix. */
function addRowCount(graph: Graph, matrix: string): string {
  const shape = graph.add('Shape', {
    inputs: [matrix],
    attributes: [float32, attribute.type('out_type', 'int32')],
  });
  return graph.add('Unpack', {
    inputs: [shape],
    attributes: [int32, attribute.integer('num', 2), attribute.integer('axis', 0)],
  });
}

/** Adds the end of a round: its row joins the earlier ones. */
function addNextRows(
  graph: Graph,
  loop: Loop,
  { enter, earlier, row }: { enter: Entrance; earlier: string; row: string },
): void {
  const matrix = graph.add('Pack', {
    inputs: [row],
    attributes: [float32, attribute.integer('N', 1), attribute.integer('axis', 0)],
  });
  const axis = enter(graph.constant([], 'int32', Int32Array.of(0)), 'int32');
  const rows = graph.add('ConcatV2', {
    inputs: [earlier, matrix, axis],
    attributes: [float32, attribute.integer('N', 2), attribute.type('Tidx', 'int32')],
  });
  graph.add('NextIteration', { inputs: [rows], attributes: [float32], name: nextRows(loop) });
}

interface Round {
  loop: Loop;
  enter: Entrance;
  /** The round's number, from 0: no copy runs before it is there. */
  now: string;
}

/** The name that an output of a node, or a node to run before (`^name`), has inside the loop. */
function inLoop({ output }: Loop, input: string): string {
  return input.startsWith('^') ? `^${output}/${input.slice(1)}` : `${output}/${input}`;
}

/** Adds copies of nodes to the loop. Placeholders become the round's row, variables stay what they are. */
function copyNodes(graph: Graph, nodes: GraphNode[], { loop, enter, now }: Round): void {
  for (const node of nodes) {
    const name = inLoop(loop, node.name);
    if (node.op === 'VarHandleOp') {
      graph.after(enter(node.name, 'resource'), [], { name, dtype: 'resource' });
    } else if (node.op === 'Placeholder') {
      const rows = enter(loop.stacked[node.name], typeOf(node));
      const attributes = [
        attribute.type('Tparams', typeOf(node)),
        attribute.type('Tindices', 'int32'),
      ];
      graph.add('Gather', { inputs: [rows, now], attributes, name });
    } else {
      const inputs = node.inputs.map((input) => inLoop(loop, input));
      const startsRound = node.op === 'Const' || node.op === 'ReadVariableOp';
      graph.nodes.push({ ...node, name, inputs: startsRound ? [...inputs, `^${now}`] : inputs });
    }
  }
}
