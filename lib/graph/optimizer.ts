/** Optimizers as nodes of the graph: one native operation updates a whole vector of weights in place. */
import { type Graph, nodeOfOutput } from './graph';
import { addOrthogonalMomentum } from './muon';
import { attribute } from './native';
import type { ParameterGroup } from './parameters';
import { addVariable, type GraphVariable } from './variable';

/** Stochastic gradient descent with momentum and decoupled weight decay. */
export interface SgdOptimizer {
  kind: 'sgd';
  /** Share of the last update that is kept, 0 to below 1. */
  momentum: number;
  /** Nesterov's momentum (Sutskever et al., "On the importance of initialization and momentum", 2013). */
  nesterov: boolean;
  /** Share of a weight that is taken away in a step at rate 1. */
  weightDecay: number;
  /** How many times the rate applies to offsets and scales. 1 if left out. */
  offsetRate?: number;
  /** Whether offsets and scales decay too, by the share that kernels do, as in airbench; not if left out. */
  decayOffsets?: boolean;
}

/** Adam with decoupled weight decay (Loshchilov & Hutter, "Decoupled weight decay regularization", 2019). */
export interface AdamWOptimizer {
  kind: 'adamw';
  beta1: number;
  beta2: number;
  epsilon: number;
  weightDecay: number;
}

/**
 * Muon for the kernels of convolutions (see `muon.ts`), stochastic gradient descent for all other weights,
 * both with Nesterov's momentum.
 */
export interface MuonOptimizer {
  kind: 'muon';
  /** Share of the last update that is kept, 0 to below 1. */
  momentum: number;
  /** Rounds of Newton–Schulz; 3 to 5 are usual. */
  rounds: number;
  /** How many times the rate applies to the other weights: the classifier's kernel, */
  otherRate: number;
  /** and how many times that to offsets and scales. */
  offsetRate: number;
  /** Share of each of the other weights that is taken away in a step at rate 1; kernels keep their length. */
  weightDecay: number;
}

export type Optimizer = SgdOptimizer | AdamWOptimizer | MuonOptimizer;

/** What the update of one group of weights works on. */
export interface UpdateInputs extends ParameterGroup {
  gradient: string;
  /** The learning rate, a float32 scalar fed in each step. */
  rate: string;
  /** The number of steps done before this one, a float32 scalar. */
  step: string;
}

/** The optimizer's own variables for one vector, which start at zero. */
export function addSlots(
  graph: Graph,
  optimizer: Optimizer,
  weights: GraphVariable,
): GraphVariable[] {
  const names = optimizer.kind === 'adamw' ? ['mean', 'square'] : ['momentum'];
  return names.map((name) =>
    addVariable(graph, `${weights.name}/${name}`, { shape: weights.shape }),
  );
}

/** Adds the update of one group; returns the name of the node that has run when it is done. */
export function addUpdate(
  graph: Graph,
  optimizer: Optimizer,
  { slots, ...inputs }: UpdateInputs & { slots: GraphVariable[] },
): string {
  if (optimizer.kind === 'muon') return addMuon(graph, optimizer, { ...inputs, slots });
  const decayOffsets = optimizer.kind === 'sgd' && optimizer.decayOffsets === true;
  const decay = inputs.decayed || decayOffsets ? optimizer.weightDecay : 0;
  const before = decay === 0 ? [] : [addDecay(graph, decay, inputs)];
  return optimizer.kind === 'sgd'
    ? addMomentum(graph, optimizer, { ...inputs, slots, before })
    : addAdam(graph, optimizer, { ...inputs, slots, before });
}

function addMuon(
  graph: Graph,
  { momentum, rounds, otherRate, offsetRate, weightDecay }: MuonOptimizer,
  inputs: UpdateInputs & { slots: GraphVariable[] },
): string {
  const { matrices, weights, slots } = inputs;
  if (matrices) {
    const shapes = weights.map(({ shape }) => shape);
    return addOrthogonalMomentum(
      graph,
      { momentum, rounds },
      { ...inputs, slot: slots[0], shapes },
    );
  }
  const descent: SgdOptimizer = {
    kind: 'sgd',
    momentum,
    nesterov: true,
    weightDecay,
    offsetRate,
    decayOffsets: true,
  };
  return addUpdate(graph, descent, {
    ...inputs,
    rate: graph.float('Mul', inputs.rate, graph.scalar(otherRate)),
  });
}

type OrderedInputs = UpdateInputs & { slots: GraphVariable[]; before: string[] };

const updateType = [attribute.type('T', 'float32'), attribute.boolean('use_locking', false)];

/** w ← w − rate · decay · w. The gradient stands as an input so that all readers of w are done. */
function addDecay(graph: Graph, decay: number, { variable, rate, gradient }: UpdateInputs): string {
  const share = graph.float('Mul', rate, graph.scalar(decay));
  const ready = graph.after(share, [nodeOfOutput(gradient)]);
  return graph.add('AssignSubVariableOp', {
    inputs: [variable.handle, graph.float('Mul', variable.value, ready)],
    attributes: [attribute.type('dtype', 'float32')],
  });
}

/** m ← momentum · m + g; w ← w − rate · m, or with Nesterov w − rate · (g + momentum · m). */
function addMomentum(
  graph: Graph,
  { momentum, nesterov, offsetRate = 1 }: SgdOptimizer,
  { variable, slots, rate, gradient, decayed, before }: OrderedInputs,
): string {
  const ownRate = decayed ? rate : graph.float('Mul', rate, graph.scalar(offsetRate));
  return graph.add('ResourceApplyMomentum', {
    inputs: [
      variable.handle,
      slots[0].handle,
      ownRate,
      gradient,
      graph.scalar(momentum),
      ...before.map((node) => `^${node}`),
    ],
    attributes: [...updateType, attribute.boolean('use_nesterov', nesterov)],
  });
}

function addAdam(
  graph: Graph,
  { beta1, beta2, epsilon }: AdamWOptimizer,
  { variable, slots, rate, gradient, step, before }: OrderedInputs,
): string {
  const count = graph.float('AddV2', step, graph.scalar(1));
  const [first, second] = [graph.scalar(beta1), graph.scalar(beta2)];
  return graph.add('ResourceApplyAdam', {
    inputs: [
      variable.handle,
      slots[0].handle,
      slots[1].handle,
      graph.float('Pow', first, count),
      graph.float('Pow', second, count),
      rate,
      first,
      second,
      graph.scalar(epsilon),
      gradient,
      ...before.map((node) => `^${node}`),
    ],
    attributes: [...updateType, attribute.boolean('use_nesterov', false)],
  });
}

/**
 * Adds the scaling of gradients so that their norm, over all of them together, is at most `limit`
 * (Pascanu et al., "On the difficulty of training recurrent neural networks", 2013).
 */
export function addClipping(graph: Graph, gradients: string[], limit: number): string[] {
  const halves = gradients.map((gradient) => graph.float('L2Loss', gradient));
  const sum = graph.add('AddN', {
    inputs: halves,
    attributes: [attribute.integer('N', halves.length), attribute.type('T', 'float32')],
  });
  const norm = graph.float('Sqrt', graph.float('Mul', sum, graph.scalar(2)));
  const ratio = graph.float('DivNoNan', graph.scalar(limit), norm);
  const scale = graph.float(
    'Select',
    graph.add('Less', {
      inputs: [norm, graph.scalar(limit)],
      attributes: [attribute.type('T', 'float32')],
    }),
    graph.scalar(1),
    ratio,
  );
  return gradients.map((gradient) => graph.float('Mul', gradient, scale));
}
