/** Recipes: everything that decides how a network is trained, by name. */
import type { AugmentationRecipe, AugmentationStep } from './augmentation-recipe';
import type { Distillation } from './distillation';
import type { Optimizer, SgdOptimizer } from './graph/optimizer';
import type { Precision } from './graph/precision';
import type { NetworkRecipe } from './network';
import { checkedRecipe } from './recipe-check';
import type { Schedule } from './schedule';
import type { ViewSet } from './views';
import type { Averaging } from './weight-averaging';

/**
 * Plain data, so that it fits into a run's record. The same recipe and seed give the same training on the same
 * machine; on GPUs, whose gradients may be summed in any order, about the same.
 */
export interface Recipe {
  name: string;
  network: NetworkRecipe;
  epochs: number;
  /** Images a step; 125, 250, 500 and 1,000 divide the training images without a rest. */
  batchSize: number;
  optimizer: Optimizer;
  schedule: Schedule;
  /** In the order they are applied. */
  augmentation: AugmentationRecipe;
  /** Share of each label spread over all classes, 0 to below 1. */
  labelSmoothing: number;
  /** The largest norm of all gradients together; as large as they are if left out. */
  clipNorm?: number;
  averaging: Averaging;
  /** The models whose answers are trained towards, where those replace the labels. */
  distillation?: Distillation;
  /** How the images are shown once the network is trained; as they are if left out. */
  views?: ViewSet;
  /** `auto` measures which is faster here. */
  precision: Precision | 'auto';
  seed: number;
}

/** Of Jordan's airbench (2024), whose settings the recipes share: found on CIFAR-10, good here as well. */
const airbench = {
  kind: 'airbench',
  activation: 'relu',
  whitening: 2,
  identity: true,
  scale: false,
  logitScale: 1 / 9,
} as const;

/** Few channels: narrow enough for any processor. */
const narrow = {
  ...airbench,
  activation: 'swish',
  widths: [32, 64, 128],
  convolutions: 2,
} satisfies NetworkRecipe;

/** What the recipes have in common; each holds only what differs. */
const base: Recipe = {
  name: 'quick',
  network: { ...airbench, widths: [48, 96, 192], convolutions: 2 },
  epochs: 4,
  batchSize: 500,
  optimizer: { kind: 'sgd', momentum: 0.85, nesterov: true, weightDecay: 0.009, offsetRate: 64 },
  schedule: { kind: 'triangular', peak: 0.75, warmup: 0.23, final: 0.07 },
  augmentation: [{ kind: 'alternatingFlip' }],
  labelSmoothing: 0.2,
  averaging: { kind: 'lookahead', every: 5, decay: 0.95 ** 5 },
  precision: 'auto',
  seed: 1,
};

/** What the search of notebook 05 found for a few epochs: 0.15 points better than `base` over ten seeds. */
const found: Recipe = {
  ...base,
  batchSize: 250,
  optimizer: { kind: 'sgd', momentum: 0.833, nesterov: true, weightDecay: 0.002, offsetRate: 64 },
  schedule: { kind: 'triangular', peak: 0.843, warmup: 0.267, final: 0.07 },
  labelSmoothing: 0.17,
  averaging: { kind: 'exponential', every: 5, decay: 0.898 },
  views: 'mirrored',
};

/** Where arithmetic is short: in a few epochs, orthogonal updates come further than SGD. */
const fast: Recipe = {
  ...found,
  network: narrow,
  optimizer: {
    kind: 'muon',
    momentum: 0.9,
    rounds: 3,
    otherRate: 10,
    offsetRate: 16,
    weightDecay: 0.002,
  },
  schedule: { kind: 'triangular', peak: 0.02, warmup: 0.2, final: 0 },
  labelSmoothing: 0.1,
};

/** Hides a part of some images behind their mean. */
const erasing: AugmentationStep = {
  kind: 'erase',
  probability: 0.4,
  area: [0.02, 0.25],
  fill: 'mean',
};

/** The optimizer of trainings over many epochs. */
const patientDescent = {
  kind: 'sgd',
  momentum: 0.9,
  nesterov: true,
  offsetRate: 16,
  weightDecay: 0.002,
  decayOffsets: true,
} satisfies SgdOptimizer;

/** The network of `fast`, trained for long: there SGD is about as good, and cheaper. */
const patient: Recipe = {
  ...fast,
  epochs: 64,
  optimizer: patientDescent,
  schedule: { kind: 'triangular', peak: 0.3, warmup: 0.2, final: 0 },
  augmentation: [
    { kind: 'alternatingFlip' },
    { kind: 'shift', pixels: 1, padding: 'zero' },
    erasing,
  ],
  views: 'mirrored-and-shifted',
};

/** Changed more than in `patient` and half of them mixed, so that images are not learned by heart. */
const changedAndMixed: AugmentationRecipe = [
  { kind: 'alternatingFlip' },
  { kind: 'randomPolicy', strength: 0.5 },
  erasing,
  { kind: 'cutmix', probability: 0.5 },
];

/** What `standard` and `large` have in common: batches of 1,000, shifts by two pixels, erasing with noise. */
const long: Recipe = {
  ...base,
  batchSize: 1000,
  schedule: { kind: 'triangular', peak: 1.2, warmup: 0.15, final: 0 },
  augmentation: [
    { kind: 'alternatingFlip' },
    { kind: 'shift', pixels: 2, padding: 'zero' },
    { kind: 'erase', probability: 0.5, area: [0.02, 0.25] },
  ],
};

/** The recipes by name. */
export const recipes = {
  /** The first training of notebook 03: above 93 % of the validation images, narrow enough for any processor. */
  speed93: {
    ...found,
    name: 'speed93',
    network: { ...airbench, widths: [32, 64, 128], convolutions: 2 },
  },
  /** For a few minutes on two cores. */
  quick: base,
  /** For 94 % of the validation images with as little arithmetic as possible. */
  speed94: { ...fast, name: 'speed94', epochs: 5 },
  /** For 95 % of the validation images, as a mean over seeds, by 0.3 million parameters. */
  speed95: { ...patient, name: 'speed95' },
  /** Wider than `speed95`, its weights decay more; one seed was trained. */
  speed955: {
    ...patient,
    name: 'speed955',
    network: { ...narrow, widths: [48, 96, 192] },
    optimizer: { ...patientDescent, weightDecay: 0.005 },
    augmentation: changedAndMixed,
  },
  /** Deep and narrow, to go with `speed955` in an ensemble: the two shapes err in different places. */
  residual: {
    ...patient,
    name: 'residual',
    network: { kind: 'wide-residual', depth: 22, width: 1 },
    optimizer: { ...patientDescent, offsetRate: 1, weightDecay: 0.005 },
    schedule: { kind: 'triangular', peak: 0.3, warmup: 0.1, final: 0 },
    augmentation: changedAndMixed,
  },
  /** A member of an ensemble that is trained in minutes. */
  small: {
    ...base,
    name: 'small',
    network: { ...airbench, widths: [32, 64, 64], convolutions: 2 },
    epochs: 6,
    augmentation: [{ kind: 'alternatingFlip' }, { kind: 'shift', pixels: 1, padding: 'zero' }],
  },
  /** Three convolutions a block, seen more often and changed more. */
  standard: {
    ...long,
    name: 'standard',
    network: { ...airbench, widths: [48, 128, 128], convolutions: 3 },
    epochs: 24,
  },
  /** `standard`, wider and for longer; the included model before `wide`. */
  large: {
    ...long,
    name: 'large',
    network: { ...airbench, widths: [64, 192, 192], convolutions: 3 },
    epochs: 36,
  },
  /** The included model's: the network of `large` with swish, trained for longer on images changed more. */
  wide: {
    ...patient,
    name: 'wide',
    network: { ...narrow, widths: [64, 192, 192], convolutions: 3 },
    epochs: 96,
    optimizer: { ...patientDescent, weightDecay: 0.008 },
    augmentation: changedAndMixed,
  },
} satisfies Record<string, Recipe>;

export type RecipeName = keyof typeof recipes;

/**
 * Returns a recipe by its name, with some of its settings changed.
 *
 * @throws if there is no recipe of that name, or as `checkedRecipe` does
 */
export function recipe(name: string, changes: Partial<Recipe> = {}): Recipe {
  if (!Object.hasOwn(recipes, name)) {
    throw new Error(`There is no recipe "${name}": expected ${Object.keys(recipes).join(' or ')}.`);
  }
  return checkedRecipe({ ...recipes[name as RecipeName], ...changes });
}
