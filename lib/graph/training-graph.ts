/**
 * The compiled training step: gather, augment, network, loss, gradients and update as one graph that
 * TensorFlow runs without JavaScript in between. It knows nothing of a particular data set.
 */
import { tf } from '../backend';
import { writeData } from './data';
import { setWeight, weightValues } from './layer-weights';
import { useNativeGradients } from './native-gradients';
import { joinWeights, spreadWeights } from './parameters';
import { type Precision, useLowPrecision } from './precision';
import { openSession, type Session, type Values } from './session';
import {
  addTrainingParts,
  addTrainingStep,
  type StepSettings,
  type TrainingParts,
} from './training-parts';

export interface TrainingOptions extends StepSettings {
  /** The sizes of batch that steps may have; each is recorded as a part of the graph. */
  batchSizes: number[];
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
  /** Share of the images whose most likely class is the label's, or the target's. */
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

/**
 * Compiles the training of `model`, starting from its present weights.
 *
 * @param model any `tf.LayersModel` with one input and one output, whose last layer is a softmax or
 *   gives logits
 * @throws if the model or the transform does what a graph cannot repeat: see `recorder.ts`
 */
export function compileTraining(model: tf.LayersModel, options: TrainingOptions): TrainingGraph {
  useNativeGradients();
  const parts = addTrainingParts(model, options);
  for (const size of options.batchSizes) addTrainingStep(parts, model, { size, options });
  useLowPrecision(parts.graph, options.precision ?? 'float32');
  const session = openSession(parts.graph);
  writeData(session, parts.data, options.data);
  writeWeights(session, parts);
  return handle(session, parts, options.batchSizes);
}

/** The averages start at the weights, and the optimizer's own variables at zero. */
function writeWeights(session: Session, { groups, state, averages }: TrainingParts): void {
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

function handle(session: Session, parts: TrainingParts, batchSizes: number[]): TrainingGraph {
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
function updateModel(session: Session, parts: TrainingParts, which: 'present' | 'average'): void {
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
