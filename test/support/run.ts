/** A small recipe, data and epochs to make runs of. */
import type { Recipe } from '../../lib/recipes';
import type { Epoch } from '../../lib/training';

export const recipe: Recipe = {
  name: 'sample',
  network: { kind: 'plain', widths: [4], convolutions: 1 },
  epochs: 3,
  batchSize: 20,
  optimizer: { kind: 'sgd', momentum: 0.9, nesterov: true, weightDecay: 0 },
  schedule: { kind: 'flat', peak: 0.1 },
  augmentation: [],
  labelSmoothing: 0,
  averaging: { kind: 'none' },
  precision: 'float32',
  seed: 7,
};

export const data = {
  checksum: 'abc',
  train: { count: 40 },
  validation: { count: 10 },
  splitSeed: 1,
};

/** An epoch of 40 images in 2 seconds. */
export function epoch(number: number, validationAccuracy = number / 10): Epoch {
  return {
    epoch: number,
    step: 2 * number,
    rate: 0.1,
    loss: 1 / number,
    accuracy: 0.5,
    validationLoss: 2 / number,
    validationAccuracy,
    seconds: 2,
    imagesPerSecond: 20,
  };
}
