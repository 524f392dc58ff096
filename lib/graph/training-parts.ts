/** Builds the nodes of a training step: from a batch's indices to the updated weights. */
import type { Transform } from '../augmentation';
import type { tf } from '../backend';
import { type Averages, addAverages } from './averaging';
import { addBatch, addData, type DataVariables, type ResidentData } from './data';
import { Graph } from './graph';
import { type LayerWeight, separateWeights, stateWeights, trainableWeights } from './layer-weights';
import { attribute } from './native';
import { addClipping, addSlots, addUpdate, type Optimizer } from './optimizer';
import {
  addParameterGroups,
  addWeightOutputs,
  joinVector,
  type ParameterGroup,
} from './parameters';
import { type RecordedStep, recordStep } from './recorded-step';
import { addVariable, assign, cast, type GraphVariable } from './variable';

/** What a step consists of beside the model. */
export interface StepSettings {
  data: ResidentData;
  optimizer: Optimizer;
  /** Runs inside the step, on the images of each batch. */
  transform?: Transform;
  /** Share of each label that is spread evenly over all classes, 0 to below 1. */
  labelSmoothing?: number;
  /** The largest norm of all gradients together; larger ones are scaled down to it. */
  clipNorm?: number;
}

/** A training's graph and the variables in it. */
export interface TrainingParts {
  graph: Graph;
  data: DataVariables;
  groups: (ParameterGroup & { slots: GraphVariable[] })[];
  state: Map<LayerWeight, GraphVariable>;
  averages: Averages;
}

/** Starts a graph with the variables that all sizes of batch share. */
export function addTrainingParts(
  model: tf.LayersModel,
  { data, optimizer }: StepSettings,
): TrainingParts {
  const graph = new Graph();
  graph.placeholder('clock', 'int32', [3]);
  graph.placeholder('rate', 'float32', []);
  const [weights, others] = [trainableWeights(model), stateWeights(model)];
  if (weights.length === 0) throw new Error('Every weight of the model is frozen: let one train.');
  separateWeights([...weights, ...others]);
  const groups = addParameterGroups(graph, weights, { matrices: optimizer.kind === 'muon' }).map(
    (group) => ({
      ...group,
      slots: addSlots(graph, optimizer, group.variable),
    }),
  );
  const state = new Map(
    others.map((weight, index) => [
      weight,
      addVariable(graph, `state${index}`, { shape: weight.shape }),
    ]),
  );
  const averaged = [...groups.map((group) => group.variable), ...state.values()];
  return {
    graph,
    data: addData(graph, data),
    groups,
    state,
    averages: addAverages(graph, averaged),
  };
}

/**
 * Adds a step on batches of one size. Feed `clock` (int32 [3]: seed, step, epoch), `rate` and
 * `indices/<size>` (int32); run the output `report/<size>`: float32 [2], loss and accuracy.
 */
export function addTrainingStep(
  parts: TrainingParts,
  model: tf.LayersModel,
  { size, options }: { size: number; options: StepSettings },
): void {
  const { graph, groups, state } = parts;
  const recorded = recordOnBatch(parts, model, { size, options });
  const gradients = groups.map(({ weights }) =>
    joinVector(
      graph,
      weights.map((weight) => recorded.gradients.get(weight) as string),
    ),
  );
  const clipped =
    options.clipNorm === undefined ? gradients : addClipping(graph, gradients, options.clipNorm);
  const step = addStepNumber(graph);
  const updated = groups.map((group, index) =>
    addUpdate(graph, options.optimizer, { ...group, gradient: clipped[index], rate: 'rate', step }),
  );
  for (const [weight, value] of recorded.state) {
    const variable = state.get(weight) as GraphVariable;
    if (value !== variable.value) updated.push(assign(graph, variable, value));
  }
  graph.after(recorded.report, updated, { name: `report/${size}` });
}

function recordOnBatch(
  { graph, data, groups, state }: TrainingParts,
  model: tf.LayersModel,
  { size, options }: { size: number; options: StepSettings },
): RecordedStep {
  const { shape, classes } = options.data;
  const indices = graph.placeholder(`indices/${size}`, 'int32', [size]);
  const weights = new Map<LayerWeight, string>();
  for (const group of groups) {
    const outputs = addWeightOutputs(graph, group);
    group.weights.forEach((weight, index) => {
      weights.set(weight, outputs[index]);
    });
  }
  return recordStep(graph, model, {
    inputs: {
      clock: 'clock',
      indices,
      ...addBatch(graph, data, { indices, classes }),
      weights,
      state: new Map([...state].map(([weight, variable]) => [weight, variable.value])),
    },
    shapes: { batch: [size, ...shape], classes },
    options: { transform: options.transform, labelSmoothing: options.labelSmoothing ?? 0 },
  });
}

/** The number of steps done, as a float32 scalar. */
function addStepNumber(graph: Graph): string {
  const integer = (value: number) => graph.constant([], 'int32', Int32Array.of(value));
  const number = graph.add('GatherV2', {
    inputs: ['clock', integer(1), integer(0)],
    attributes: [
      attribute.type('Tparams', 'int32'),
      attribute.type('Tindices', 'int32'),
      attribute.type('Taxis', 'int32'),
    ],
  });
  return cast(graph, number, 'int32', 'float32');
}
