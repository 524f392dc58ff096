/**
 * The compiled training step: gather, augment, network, loss, gradients and update as one graph that
 * TensorFlow runs without JavaScript in between. It knows nothing of a particular data set.
 */
import { tf } from '../backend';
import { writeData } from './data';
import { fuseElementWise } from './fusion';
import { setWeight, weightValues } from './layer-weights';
import { addLoop, type Loop } from './loop';
import { demandShape } from './model-shape';
import { useNativeGradients } from './native-gradients';
import { joinWeights, spreadWeights } from './parameters';
import { type Precision, useLowPrecision } from './precision';
import { disposingOnFailure, openSession, type Session, type Values } from './session';
import {
  addTrainingParts,
  addTrainingStep,
  type StepSettings,
  type TrainingParts,
} from './training-parts';
import type { GraphVariable } from './variable';

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

/** The numbers of a step and the places of its images. */
export interface Step extends StepNumbers {
  indices: Int32Array;
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
  /**
   * Takes several steps on batches of one size in one call: the same as so many calls of `step`, bit for
   * bit, without the host's part between them.
   */
  steps(steps: Step[]): StepReport[];
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
 * @throws if the model is not one for these images and classes; if the model or the transform does what a
 *   graph cannot repeat: see `recorder.ts`
 */
export function compileTraining(model: tf.LayersModel, options: TrainingOptions): TrainingGraph {
  demandShape(model, options.data);
  useNativeGradients();
  const parts = addTrainingParts(model, options);
  for (const size of options.batchSizes) addTrainingStep(parts, model, { size, options });
  useLowPrecision(parts.graph, options.precision ?? 'float32');
  fuseElementWise(parts.graph);
  const loops = new Map(
    options.batchSizes.map((size) => {
      const fed = ['clock', 'rate', `indices/${size}`];
      return [size, addLoop(parts.graph, `report/${size}`, { size: 2, fed })];
    }),
  );
  const session = openSession(parts.graph);
  return disposingOnFailure(session, () => {
    writeData(session, parts.data, options.data);
    writeWeights(session, parts);
    return handle(session, parts, loops);
  });
}

/** The averages start at the weights, and the optimizer's own variables at zero. */
function writeWeights(session: Session, { groups, state, averages }: TrainingParts): void {
  const values = [
    ...groups.map((group) => joinWeights(group.weights)),
    ...[...state.keys()].map(weightValues),
  ];
  const variables = [...groups.map((group) => group.variable), ...state.values()];
  const slots = groups.flatMap((group) => group.slots);
  session.write(
    new Map([
      ...variables.map((variable, index) => [variable, values[index]] as const),
      ...averages.variables.map((average, index) => [average, values[index]] as const),
      ...slots.map((slot) => [slot, new Float32Array(slot.shape[0])] as const),
    ]),
  );
}

/** The loop for each size of batch. */
type Loops = Map<number, Loop>;

function handle(session: Session, parts: TrainingParts, loops: Loops): TrainingGraph {
  const { groups, state, averages } = parts;
  const kept = [
    ...groups.flatMap((group) => [group.variable, ...group.slots]),
    ...state.values(),
    ...averages.variables,
  ];
  return {
    parameterCount: groups.reduce((sum, group) => sum + group.variable.shape[0], 0),
    step: (indices, numbers) => runSteps(session, loops, [{ ...numbers, indices }])[0],
    steps: (steps) => runSteps(session, loops, steps),
    average: (decay) => runOnly(session, averages.move, { decay }),
    adoptAverage: () => runOnly(session, averages.adopt, {}),
    updateModel: (which) => updateModel(session, parts, which),
    read: () => {
      const values = session.read(kept);
      return Object.fromEntries(kept.map(({ name }, index) => [name, values[index]]));
    },
    write: (values) => session.write(new Map(kept.map((one) => [one, valuesOf(one, values)]))),
    dispose: () => session.dispose(),
  };
}

function valuesOf({ name }: GraphVariable, values: Record<string, Values>): Values {
  if (values[name] !== undefined) return values[name];
  throw new Error(`The values of ${name} are missing.`);
}

function runSteps(session: Session, loops: Loops, steps: Step[]): StepReport[] {
  if (steps.length === 0) return [];
  const size = commonSize(steps, [...loops.keys()]);
  // A single step without the loop: TensorFlow folds and fuses a little more outside of it.
  const values =
    steps.length === 1
      ? runOne(session, steps[0])
      : runLoop(session, loops.get(size) as Loop, { steps, size });
  return steps.map((_, row) => ({ loss: values[2 * row], accuracy: values[2 * row + 1] }));
}

function runOne(session: Session, { seed, step, epoch, rate, indices }: Step): Values {
  return tf.tidy(() => {
    const feeds = {
      clock: tf.tensor1d([seed, step, epoch], 'int32'),
      rate: tf.scalar(rate),
      [`indices/${indices.length}`]: tf.tensor1d(indices, 'int32'),
    };
    return session.run(feeds, [`report/${indices.length}`])[0].dataSync() as Values;
  });
}

function runLoop(
  session: Session,
  { count, stacked, output }: Loop,
  { steps, size }: { steps: Step[]; size: number },
): Values {
  const indices = new Int32Array(steps.length * size);
  steps.forEach((step, row) => {
    indices.set(step.indices, row * size);
  });
  return tf.tidy(() => {
    const clocks = steps.map(({ seed, step, epoch }) => [seed, step, epoch]);
    const feeds = {
      [count]: tf.scalar(steps.length, 'int32'),
      [stacked.clock]: tf.tensor2d(clocks, [steps.length, 3], 'int32'),
      [stacked.rate]: tf.tensor1d(steps.map(({ rate }) => rate)),
      [stacked[`indices/${size}`]]: tf.tensor2d(indices, [steps.length, size], 'int32'),
    };
    return session.run(feeds, [output])[0].dataSync() as Values;
  });
}

/** @throws if the steps are not all of one compiled size of batch */
function commonSize(steps: Step[], compiled: number[]): number {
  const sizes = [...new Set(steps.map(({ indices }) => indices.length))];
  const wrong = sizes.find((size) => !compiled.includes(size));
  if (wrong !== undefined) {
    throw new RangeError(
      `A step was compiled for batches of ${compiled.join(' or ')} images, got ${wrong}.`,
    );
  }
  if (sizes.length === 1) return sizes[0];
  throw new RangeError(
    `The steps of one call have batches of ${sizes.join(' and ')} images: take those of one size.`,
  );
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
  const values = session.read(variables) as Float32Array[];
  groups.forEach((group, index) => {
    spreadWeights(group.weights, values[index]);
  });
  [...state.keys()].forEach((weight, index) => {
    setWeight(weight, values[groups.length + index]);
  });
}
