/** Probabilities for training images from networks that were not trained on them. */
import type { Dataset } from './dataset';
import { accuracy } from './evaluation';
import { classCount } from './idx';
import { buildNetwork } from './network';
import { predictProbabilities } from './prediction';
import { createRandom, shuffle } from './random';
import type { Recipe } from './recipes';
import { placesOfClasses, selectImages } from './samples';
import { train } from './training';
import type { TrainingProgress } from './training-progress';
import type { ViewSet } from './views';

export interface CrossFittingOptions {
  recipe: Recipe;
  /** Networks to train; each image is held out from one of them. */
  folds: number;
  /** How an image is shown to the network that judges it. */
  views?: ViewSet;
  /** Called after each step. */
  onProgress?(progress: TrainingProgress): void;
  /** Called with each network's accuracy on the images held out from it. */
  onFold?(fold: number, accuracy: number): void;
}

export interface CrossFit {
  /** [count × 10], in the order of the training images. */
  probabilities: Float32Array;
  /** Each network's accuracy on the images held out from it. */
  accuracies: number[];
}

/**
 * Returns the places of labels in `folds` parts, each with its share of every class; the sizes of two
 * parts, and of a class in two parts, differ by at most one.
 *
 * @throws if `folds` is not a whole number from 2 to the number of labels
 */
export function stratifiedFolds(
  labels: Uint8Array,
  { folds, seed }: { folds: number; seed: number },
): Int32Array[] {
  if (!Number.isInteger(folds) || folds < 2 || folds > labels.length) {
    throw new RangeError(`${folds} folds: expected a whole number from 2 to ${labels.length}.`);
  }
  const random = createRandom(seed);
  const dealt = placesOfClasses({ labels }).flatMap((places) => [...shuffle(places, random)]);
  return Array.from({ length: folds }, (_, fold) =>
    Int32Array.from(dealt.filter((_, position) => position % folds === fold)).sort(),
  );
}

/**
 * Trains a network on all training images but those of one fold, for each fold in turn, and lets it judge
 * that fold. Every network has a seed of its own; the pixels' moments are those of all training images.
 */
export async function crossFit(
  data: Dataset,
  { recipe, folds, views = 'mirrored', onProgress, onFold }: CrossFittingOptions,
): Promise<CrossFit> {
  const { train: split } = data;
  const parts = stratifiedFolds(split.labels, { folds, seed: recipe.seed });
  const probabilities = new Float32Array(split.count * classCount);
  const accuracies: number[] = [];
  for (const [fold, places] of parts.entries()) {
    const held = selectImages(split, places);
    const rest = selectImages(split, othersThan(places, split.count));
    const own = { ...recipe, seed: recipe.seed + fold };
    const judged = await trainAndJudge({ ...data, train: rest, validation: held }, own, {
      views,
      onProgress,
    });
    places.forEach((place, position) => {
      const row = judged.subarray(position * classCount, (position + 1) * classCount);
      probabilities.set(row, place * classCount);
    });
    accuracies.push(accuracy(judged, held.labels));
    onFold?.(fold, accuracies[fold]);
  }
  return { probabilities, accuracies };
}

/** Returns the places from 0 to `count` − 1 that are not among `places`. */
function othersThan(places: Int32Array, count: number): Int32Array {
  const held = new Set(places);
  return Int32Array.from({ length: count }, (_, place) => place).filter(
    (place) => held.has(place) === false,
  );
}

/** Trains a fresh network and returns what it says of the images held out. */
async function trainAndJudge(
  data: Dataset,
  recipe: Recipe,
  { views, onProgress }: Pick<CrossFittingOptions, 'views' | 'onProgress'>,
): Promise<Float32Array> {
  const { mean, deviation, train: split, validation } = data;
  const { network, seed } = recipe;
  const model = buildNetwork(network, { mean, deviation, seed, images: split.images });
  try {
    await train(model, data, { recipe, onProgress });
    return await predictProbabilities(model, validation.images, { views });
  } finally {
    model.dispose();
  }
}
