/** The two graphs of a training by a recipe: one takes its steps, the other answers about validation images. */
import { buildTransform } from './augmentation-recipe';
import type { tf } from './backend';
import type { Dataset, Split } from './dataset';
import type { Precision } from './graph/precision';
import { compilePrediction, type PredictionGraph } from './graph/prediction-graph';
import { disposingOnFailure } from './graph/session';
import { compileTraining, type TrainingGraph } from './graph/training-graph';
import { classCount, imageShape } from './idx';
import type { Recipe } from './recipes';

export interface Compilation {
  recipe: Recipe;
  precision: Precision;
  /** Distributions to train towards instead of the training labels: count × 10. */
  targets?: Float32Array;
}

/** Compiles a model for its training; the caller disposes both graphs. */
export function compileGraphs(
  model: tf.LayersModel,
  { train, validation }: Dataset,
  compilation: Compilation,
): { graph: TrainingGraph; prediction: PredictionGraph } {
  const { precision } = compilation;
  const graph = compileSteps(model, train, compilation);
  const prediction = disposingOnFailure(graph, () =>
    compilePrediction(model, { shape: imageShape, precision, most: validation.count }),
  );
  return { graph, prediction };
}

function compileSteps(
  model: tf.LayersModel,
  split: Split,
  { recipe, precision, targets }: Compilation,
): TrainingGraph {
  const { batchSize } = recipe;
  const rest = split.count % batchSize;
  const full = split.count >= batchSize ? [batchSize] : [];
  return compileTraining(model, {
    data: { ...split, targets, shape: imageShape, classes: classCount },
    optimizer: recipe.optimizer,
    batchSizes: rest === 0 ? full : [...full, rest],
    transform: buildTransform(recipe.augmentation),
    labelSmoothing: recipe.labelSmoothing,
    clipNorm: recipe.clipNorm,
    precision,
  });
}
