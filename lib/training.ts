/** The training loop: epochs, steps, averaging, validation, checkpoints, and a clean stop. */
import { setImmediate } from 'node:timers/promises';
import type { tf } from './backend';
import type { Dataset } from './dataset';
import { demandFiniteNumbers } from './divergence';
import { accuracy, logLoss } from './evaluation';
import { fastestPrecision } from './graph/fastest-precision';
import type { Precision } from './graph/precision';
import type { PredictionGraph } from './graph/prediction-graph';
import type { TrainingGraph } from './graph/training-graph';
import { predictProbabilities } from './prediction';
import { createRandom, shuffle } from './random';
import type { Recipe } from './recipes';
import { demandTrainable } from './trainable';
import {
  type CheckpointWriter,
  checkpointWriter,
  readTraining,
  startingPosition,
} from './training-checkpoint';
import { compileGraphs } from './training-graphs';
import {
  lastRate,
  progress,
  type Standing,
  type Summary,
  stepsOf,
  summary,
  type TrainingProgress,
} from './training-progress';
import { takeSteps } from './training-steps';
import { evaluatedWeights } from './weight-averaging';

/** What one epoch came to. Accuracies are shares; losses are mean cross-entropies. */
export interface Epoch {
  /** Counted from 1. */
  epoch: number;
  /** Steps done at its end. */
  step: number;
  /** Learning rate of its last step. */
  rate: number;
  /** On the augmented training images, as they were trained on. */
  loss: number;
  accuracy: number;
  /**
   * On the validation images, with the averaged weights where the recipe averages; after the last epoch in
   * the recipe's views.
   */
  validationLoss?: number;
  validationAccuracy?: number;
  /** Time spent in steps, without validation. */
  seconds: number;
  imagesPerSecond: number;
}

export interface TrainingOptions {
  /** Distributions to train towards instead of the training labels: count × 10. */
  targets?: Float32Array;
  /** Where checkpoints are written, and looked for to go on from. */
  checkpoints?: string;
  /** Seconds between two checkpoints; else so many that they take at most a hundredth of the time. */
  checkpointInterval?: number;
  /** Called after each step, or after several where those are short; and after each validation. */
  onProgress?(progress: TrainingProgress): void;
  /** Called after each epoch, with all so far. */
  onEpoch?(history: readonly Epoch[]): void | Promise<void>;
  /** Asked after each step, or after several where those are short; the training then writes a checkpoint and ends. */
  shouldStop?(): boolean;
}

export interface TrainingResult extends Summary {
  state: 'finished' | 'interrupted';
  precision: Precision;
}

/** The parts of a running training. */
interface Training extends Standing {
  model: tf.LayersModel;
  precision: Precision;
  options: TrainingOptions;
  checkpoints?: CheckpointWriter;
  graph: TrainingGraph;
  prediction: PredictionGraph;
}

/**
 * Trains a model by a recipe; the model has the trained (averaged) weights afterwards.
 *
 * With `checkpoints`, a training that was stopped or killed goes on where its last checkpoint was
 * written, as if it had never stopped.
 *
 * @param model as `buildNetwork` made it from `recipe.network`
 * @throws what `demandTrainable` does; if the checkpoints are of another recipe or other data;
 *   DivergenceError if the loss or a weight is no longer a finite number, with the step and its learning
 *   rate: the last checkpoint is then from before
 */
export async function train(
  model: tf.LayersModel,
  data: Dataset,
  { recipe, ...options }: TrainingOptions & { recipe: Recipe },
): Promise<TrainingResult> {
  demandTrainable(model, data, recipe);
  const folder = options.checkpoints;
  const stored = folder === undefined ? undefined : await readTraining(folder, { recipe, data });
  const precision = stored?.header.precision ?? precisionOf(recipe);
  const { targets } = options;
  const { graph, prediction } = compileGraphs(model, data, { recipe, precision, targets });
  const keepable = { recipe, data, precision, graph };
  const training: Training = {
    model,
    precision,
    data,
    recipe,
    options,
    checkpoints:
      folder === undefined
        ? undefined
        : checkpointWriter(folder, keepable, options.checkpointInterval),
    graph,
    prediction,
    batches: Math.ceil(data.train.count / recipe.batchSize),
    position: stored?.header.position ?? startingPosition(),
  };
  try {
    if (stored !== undefined) graph.write(stored.arrays);
    const state = await runEpochs(training);
    updateModel(training);
    return { state, precision, ...summary(training) };
  } finally {
    graph.dispose();
    prediction.dispose();
  }
}

function precisionOf({ precision }: Recipe): Precision {
  return precision === 'auto' ? fastestPrecision() : precision;
}

async function runEpochs(training: Training): Promise<TrainingResult['state']> {
  const { recipe, batches } = training;
  while (training.position.epoch < recipe.epochs) {
    const stopped = await runEpoch(training);
    if (training.position.batch === batches) await completeEpoch(training);
    const finished = training.position.epoch === recipe.epochs;
    if (stopped || finished)
      await training.checkpoints?.write(training.position, lastRate(training));
    if (stopped && !finished) return 'interrupted';
  }
  return 'finished';
}

/** Notes an epoch whose steps are done, and goes on to the next. */
async function completeEpoch(training: Training): Promise<void> {
  const { step } = training.position;
  demandFiniteNumbers(training.graph.read(), { step, rate: lastRate(training) });
  const epoch = await summarizeEpoch(training);
  const history = [...training.position.history, epoch];
  training.position = { ...startingPosition(), epoch: epoch.epoch, step, history };
  await training.options.onEpoch?.(history);
  training.options.onProgress?.(progress(training));
}

/** Runs the rest of the present epoch; returns whether it was asked to stop. */
async function runEpoch(training: Training): Promise<boolean> {
  const { recipe, data, options, position, batches } = training;
  const places = Int32Array.from({ length: data.train.count }, (_, index) => index);
  const order = shuffle(places, createRandom(recipe.seed * 1_000_003 + position.epoch));
  while (position.batch < batches) {
    takeSteps(training, order);
    options.onProgress?.(progress(training));
    await setImmediate();
    if (options.shouldStop?.() === true) return true;
    await training.checkpoints?.writeIfDue(position, lastRate(training));
  }
  return false;
}

/** Validates and sums the epoch up. */
async function summarizeEpoch(training: Training): Promise<Epoch> {
  const { data, position } = training;
  const ended: Epoch = {
    epoch: position.epoch + 1,
    step: position.step,
    rate: lastRate(training),
    loss: position.loss / position.images,
    accuracy: position.correct / position.images,
    seconds: position.seconds,
    imagesPerSecond: position.images / position.seconds,
  };
  if (data.validation.count === 0) return ended;
  const { labels } = data.validation;
  const probabilities = await validate(training);
  // Weights that are still finite can be so large that what is computed of them is not.
  demandFiniteNumbers({ 'the answers on validation': probabilities }, ended);
  return {
    ...ended,
    validationLoss: logLoss(probabilities, labels),
    validationAccuracy: accuracy(probabilities, labels),
  };
}

/** Gives the model the weights that stand for it now. */
function updateModel(training: Training): void {
  const { graph, recipe, position } = training;
  const { step } = position;
  graph.updateModel(evaluatedWeights(recipe.averaging, { step, steps: stepsOf(training) }));
}

/** Returns the probabilities of the validation images; after the last epoch averaged over the recipe's views. */
async function validate(training: Training): Promise<Float32Array> {
  const { model, precision, recipe, data, prediction, position } = training;
  const { images } = data.validation;
  updateModel(training);
  if (recipe.views === undefined || position.epoch + 1 < recipe.epochs) {
    prediction.update();
    return prediction.predict(images);
  }
  return predictProbabilities(model, images, { views: recipe.views, precision });
}
