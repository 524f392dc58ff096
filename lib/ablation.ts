/** What each transform is worth: the same short training with and without it, from the same seeds. */
import type { AugmentationRecipe } from './augmentation-recipe';
import type { Dataset } from './dataset';
import { buildNetwork } from './network';
import { type Recipe, recipes } from './recipes';
import { samplePlaces, selectImages } from './samples';
import { type TrainingOptions, type TrainingResult, train } from './training';

/** What is compared: nothing, each change alone, and those of the standard recipe together. */
export const arms = {
  nothing: [],
  flip: [{ kind: 'alternatingFlip' }],
  shift: [{ kind: 'shift', pixels: 2, padding: 'zero' }],
  affine: [{ kind: 'affine', degrees: 10, scale: [0.9, 1.1], shear: 5 }],
  'brightness + contrast': [
    { kind: 'brightness', range: 0.3 },
    { kind: 'contrast', range: 0.3 },
  ],
  distort: [{ kind: 'distort', amount: 0.3 }],
  erase: [{ kind: 'erase', probability: 0.5, area: [0.02, 0.25] }],
  mixup: [{ kind: 'mixup', alpha: 0.2 }],
  cutmix: [{ kind: 'cutmix', alpha: 1, probability: 0.5 }],
  policy: [{ kind: 'randomPolicy', strength: 0.5 }],
  'flip + shift + erase': [
    { kind: 'alternatingFlip' },
    { kind: 'shift', pixels: 2, padding: 'zero' },
    { kind: 'erase', probability: 0.5, area: [0.02, 0.25] },
  ],
  'the same, each image twice': [
    { kind: 'repeat', times: 2 },
    { kind: 'flip' },
    { kind: 'shift', pixels: 2, padding: 'zero' },
    { kind: 'erase', probability: 0.5, area: [0.02, 0.25] },
  ],
} satisfies Record<string, AugmentationRecipe>;

export type Arm = keyof typeof arms;

export const armNames = Object.keys(arms) as Arm[];

/**
 * Returns the training of an arm: about two minutes on two cores. The arms of one seed have the same
 * first weights and see the images in the same order; all are in float32, which every processor computes
 * at full speed.
 */
export function armRecipe(arm: Arm, seed: number): Recipe {
  return {
    ...recipes.quick,
    name: `ablation, ${arm}`,
    network: recipes.speed93.network,
    epochs: 16,
    augmentation: arms[arm],
    precision: 'float32',
    seed,
  };
}

/** A quarter of the training images: a few minutes then suffice to learn many of them by heart. */
const IMAGES = 12_500;

/** Returns the data that every arm is trained on: a random part of the training images. */
export function ablationData(data: Dataset): Dataset {
  return { ...data, train: selectImages(data.train, samplePlaces(data.train, IMAGES, 1)) };
}

/** Trains a fresh network by a recipe and keeps nothing of it but its measures. */
export async function trainOnce(
  data: Dataset,
  options: TrainingOptions & { recipe: Recipe },
): Promise<TrainingResult> {
  const { mean, deviation, train: split } = data;
  const { network, seed } = options.recipe;
  const model = buildNetwork(network, { mean, deviation, seed, images: split.images });
  try {
    return await train(model, data, options);
  } finally {
    model.dispose();
  }
}
