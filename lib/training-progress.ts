/** How far a training is, in numbers. */
import type { Dataset } from './dataset';
import type { Recipe } from './recipes';
import { learningRate } from './schedule';
import type { Epoch } from './training';
import type { Position } from './training-checkpoint';

/** Where a training stands, for a display. */
export interface TrainingProgress {
  imagesDone: number;
  imagesTotal: number;
  /** Epochs done, with the share of the present one, of how many. */
  epoch: number;
  epochs: number;
  /** Steps done. */
  step: number;
  /** The learning rate of the next step. */
  rate: number;
  /** Means over the present epoch so far; between two epochs, over the last one. */
  loss: number;
  accuracy: number;
  history: Epoch[];
}

/** What the numbers follow from. */
export interface Standing {
  data: Dataset;
  recipe: Recipe;
  /** Batches in an epoch. */
  batches: number;
  position: Position;
}

/** Returns the number of steps of a whole training. */
export function stepsOf({ recipe, batches }: Standing): number {
  return recipe.epochs * batches;
}

/** Returns the learning rate of a step; the first is step 0. */
export function rateAt(training: Standing, step: number): number {
  return learningRate(training.recipe.schedule, step / stepsOf(training));
}

/** Returns the learning rate of the last step. */
export function lastRate(training: Standing): number {
  return rateAt(training, Math.max(0, training.position.step - 1));
}

/** Returns what a display shows after a step. */
export function progress(training: Standing): TrainingProgress {
  const { data, recipe, position } = training;
  const { epoch, images, loss, correct, history } = position;
  const last = history[history.length - 1];
  return {
    imagesDone: epoch * data.train.count + images,
    imagesTotal: recipe.epochs * data.train.count,
    epoch: epoch + images / data.train.count,
    epochs: recipe.epochs,
    step: position.step,
    rate: rateAt(training, position.step),
    loss: images === 0 && last !== undefined ? last.loss : loss / images,
    accuracy: images === 0 && last !== undefined ? last.accuracy : correct / images,
    history,
  };
}

export interface Summary {
  history: Epoch[];
  /** Steps done, of how many. */
  step: number;
  steps: number;
  /** Time spent in steps, and the images of a second of it, over all parts of a resumed training. */
  seconds: number;
  imagesPerSecond: number;
}

/** Returns what a training came to so far. */
export function summary(training: Standing): Summary {
  const { history, step, seconds, images } = training.position;
  const spent = history.reduce((sum, epoch) => sum + epoch.seconds, seconds);
  const trained = history.reduce(
    (sum, epoch) => sum + epoch.seconds * epoch.imagesPerSecond,
    images,
  );
  return {
    history,
    step,
    steps: stepsOf(training),
    seconds: spent,
    imagesPerSecond: spent === 0 ? 0 : trained / spent,
  };
}
