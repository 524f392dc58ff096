/**
 * The compiled training step: gather, augment, network, loss, gradients and update as one graph that
 * TensorFlow runs without JavaScript in between. It knows nothing of a particular data set.
 */
import type { Transform } from '../augmentation';
import { tf } from '../backend';
import { type Averages, addAverages } from './averaging';
import { addBatch, addData, type DataVariables, type ResidentData, writeData } from './data';
import { Graph } from './graph';
import {
  type LayerWeight,
  setWeight,
  stateWeights,
  trainableWeights,
  weightValues,
} from './layer-weights';
import { attribute } from './native';
import { useNativeGradients } from './native-gradients';
import { addClipping, addSlots, addUpdate, type Optimizer } from './optimizer';
import {
  addFlatGradient,
  addParameterGroups,
  addWeightOutputs,
  joinWeights,
  type ParameterGroup,
  spreadWeights,
} from './parameters';
import { type Precision, useLowPrecision } from './precision';
import { recordStep } from './recorded-step';
import { openSession, type Session, type Values } from './session';
import { addVariable, assign, cast, type GraphVariable } from './variable';

export interface TrainingOptions {
  data: ResidentData;
  optimizer: Optimizer;
  /** The sizes of batch that steps may have; each is recorded as a part of the graph. */
  batchSizes: number[];
  /** Runs inside the step, on the images of each batch. */
  transform?: Transform;
  /** Share of each label that is spread evenly over all classes, 0 to below 1. */
  labelSmoothing?: number;
  /** The largest norm of all gradients together; larger ones are scaled down to it. */
  clipNorm?: number;
  precision?: Precision;
}

/** The numbers a step is fed with. */
export interface StepNumbers {
  rate: number;
  seed: number;
  /** Steps done before this one. */
  step: number;
  epoch: number;
}

/** What a step tells of its batch, as it was before the update. */
export interface StepReport {
  loss: number;
  /** Share of the images whose most likely class is the label's. */
  accuracy: number;
}

export interface TrainingGraph {
  /** How many numbers training moves. */
  parameterCount: number;
  /** Trains on the images at `indices`, as many as one of the compiled batch sizes. */
  step(indices: Int32Array, numbers: StepNumbers): StepReport;
  /** Moves the averaged weights towards the present ones: a ← decay · a + (1 − decay) · w. */
  average(decay: number): void;
  /** Makes the averaged weights the present ones (Zhang et al., "Lookahead optimizer", 2019). */
  adoptAverage(): void;
  /** Puts the weights into the model that was compiled; it stays a stock `tf.layers` model. */
  updateModel(which: 'present' | 'average'): void;
  /** All that later steps depend on, by name, for a checkpoint. */
  read(): Record<string, Values>;
  /** Restores what {@link TrainingGraph.read} gave. */
  write(values: Record<string, Values>): void;
  /** Frees the weights and the data. */
  dispose(): void;
}

/** The parts of a graph under construction. */
interface Parts {
  graph: Graph;
  data: DataVariables;
  groups: (ParameterGroup & { slots: GraphVariable[] })[];
  state: Map<LayerWeight, GraphVariable>;
  averages: Averages;
}

/**
 * Compiles the training of `model`, starting from its present weights.
 *
 * @param model any `tf.LayersModel` with one input and one output, whose last layer is a softmax or
 *   gives logits
 * @throws if the model or the transform does what a graph cannot repeat: see `recorder.ts`
 */
export function compileTraining(model: tf.LayersModel, options: TrainingOptions): TrainingGraph {
  useNativeGradients();
  const parts = addParts(model, options);
  for (const size of options.batchSizes) addStep(parts, model, { size, options });
  useLowPrecision(parts.graph, options.precision ?? 'float32');
  const session = openSession(parts.graph);
  writeData(session, parts.data, options.data);
  writeWeights(session, parts);
  return handle(session, parts, options.batchSizes);
}

function addParts(model: tf.LayersModel, { data, optimizer }: TrainingOptions): Parts {
  const graph = new Graph();
  graph.placeholder('clock', 'int32', [3]);
  graph.placeholder('rate', 'float32', []);
  const groups = addParameterGroups(graph, trainableWeights(model)).map((group) => ({
    ...group,
    slots: addSlots(graph, optimizer, group.variable),
  }));
  const state = new Map(
    stateWeights(model).map((weight, index) => [
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

/** Adds all that one size of batch needs; `report/<size>` is the output to run. */
function addStep(
  parts: Parts,
  model: tf.LayersModel,
  { size, options }: { size: number; options: TrainingOptions },
): void {
  const { graph, groups, state } = parts;
  const recorded = recordOnBatch(parts, model, { size, options });
  const gradients = groups.map(({ weights }) =>
    addFlatGradient(
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
  { graph, data, groups, state }: Parts,
  model: tf.LayersModel,
  { size, options }: { size: number; options: TrainingOptions },
) {
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

/** The averages start at the weights, and the optimizer's own variables at zero. */
function writeWeights(session: Session, { groups, state, averages }: Parts): void {
  const values = [
    ...groups.map((group) => joinWeights(group.weights)),
    ...[...state.keys()].map(weightValues),
  ];
  const variables = [...groups.map((group) => group.variable), ...state.values()];
  variables.forEach((variable, index) => {
    session.write(variable, values[index]);
    session.write(averages.variables[index], values[index]);
  });
  for (const slot of groups.flatMap((group) => group.slots)) {
    session.write(slot, new Float32Array(slot.shape[0]));
  }
}

function handle(session: Session, parts: Parts, batchSizes: number[]): TrainingGraph {
  const { groups, state, averages } = parts;
  const kept = [
    ...groups.flatMap((group) => [group.variable, ...group.slots]),
    ...state.values(),
    ...averages.variables,
  ];
  return {
    parameterCount: groups.reduce((sum, group) => sum + group.variable.shape[0], 0),
    step: (indices, numbers) => {
      if (!batchSizes.includes(indices.length)) {
        throw new RangeError(
          `A step was compiled for batches of ${batchSizes.join(' or ')} images, got ${indices.length}.`,
        );
      }
      return runStep(session, indices, numbers);
    },
    average: (decay) => runOnly(session, averages.move, { decay }),
    adoptAverage: () => runOnly(session, averages.adopt, {}),
    updateModel: (which) => updateModel(session, parts, which),
    read: () => Object.fromEntries(kept.map((variable) => [variable.name, session.read(variable)])),
    write: (values) => {
      for (const variable of kept) {
        const value = values[variable.name];
        if (value === undefined) throw new Error(`The values of ${variable.name} are missing.`);
        session.write(variable, value);
      }
    },
    dispose: () => session.dispose(),
  };
}

function runStep(session: Session, indices: Int32Array, numbers: StepNumbers): StepReport {
  const { rate, seed, step, epoch } = numbers;
  const [loss, accuracy] = tf.tidy(() => {
    const feeds = {
      clock: tf.tensor1d([seed, step, epoch], 'int32'),
      rate: tf.scalar(rate),
      [`indices/${indices.length}`]: tf.tensor1d(indices, 'int32'),
    };
    return session.run(feeds, [`report/${indices.length}`])[0].dataSync();
  });
  return { loss, accuracy };
}

function runOnly(session: Session, output: string, numbers: Record<string, number>): void {
  tf.tidy(() => {
    const feeds = Object.entries(numbers).map(([name, number]) => [name, tf.scalar(number)]);
    session.run(Object.fromEntries(feeds), [output]);
  });
}

/** Gives the model's weights their trained values. */
function updateModel(session: Session, parts: Parts, which: 'present' | 'average'): void {
  const { groups, state, averages } = parts;
  const present = [...groups.map((group) => group.variable), ...state.values()];
  const variables = which === 'present' ? present : averages.variables;
  const values = variables.map((variable) => session.read(variable) as Float32Array);
  groups.forEach((group, index) => {
    spreadWeights(group.weights, values[index]);
  });
  [...state.keys()].forEach((weight, index) => {
    setWeight(weight, values[groups.length + index]);
  });
}
