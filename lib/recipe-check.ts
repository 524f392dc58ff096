/** Recipes that come from outside, such as a record or an edited cell, checked before anything is built. */
import { type AugmentationStep, buildTransform } from './augmentation-recipe';
import type { Optimizer } from './graph/optimizer';
import { reasonOf } from './integrity';
import type { NetworkRecipe } from './network';
import type { Recipe } from './recipes';
import {
  demandShape,
  flag,
  list,
  number,
  oneOf,
  optional,
  orNull,
  type Rule,
  type Shape,
  text,
} from './record';
import type { Schedule } from './schedule';
import { viewSets } from './views';
import type { Averaging } from './weight-averaging';

const share = number({ least: 0, most: 1 });
const belowOne = number({ least: 0, most: 1 - Number.EPSILON });
const positive = number({ least: Number.MIN_VALUE });
const count = number({ least: 1, whole: true });
/** More would be built for hours. */
const few = number({ least: 1, most: 100, whole: true });
const activation = oneOf('relu', 'gelu', 'swish');

/** Each halves the image's sides, and 28 pixels can be halved four times. */
const widths: Rule = {
  expected: 'a list of one to four whole numbers from 1',
  holds: (value) =>
    Array.isArray(value) && /^[1-4]$/.test(`${value.length}`) && [...value].every(count.holds),
};

const depth: Rule = {
  expected: '10, 16, 22 and so on, up to 1,000',
  holds: (value) =>
    number({ least: 10, most: 1000, whole: true }).holds(value) && (Number(value) - 4) % 6 === 0,
};

/** The settings of each kind; `kind` itself apart. */
type Kinds<Union extends { kind: string }> = {
  [Kind in Union['kind']]: Record<Exclude<keyof Extract<Union, { kind: Kind }>, 'kind'>, Rule>;
};

const networks: Kinds<NetworkRecipe> = {
  plain: { widths, convolutions: few },
  airbench: {
    widths,
    convolutions: oneOf(2, 3),
    activation,
    whitening: optional(number({ least: 1, most: 5, whole: true })),
    identity: optional(flag),
    scale: optional(flag),
    joinBeforeActivation: optional(flag),
    logitScale: optional(positive),
  },
  'wide-residual': { depth, width: count },
};

const optimizers: Kinds<Optimizer> = {
  sgd: {
    momentum: belowOne,
    nesterov: flag,
    weightDecay: number({ least: 0 }),
    offsetRate: optional(positive),
    decayOffsets: optional(flag),
  },
  adamw: {
    beta1: belowOne,
    beta2: belowOne,
    epsilon: positive,
    weightDecay: number({ least: 0 }),
  },
  muon: {
    momentum: belowOne,
    rounds: few,
    otherRate: positive,
    offsetRate: positive,
    weightDecay: number({ least: 0 }),
  },
};

const schedules: Kinds<Schedule> = {
  flat: { peak: positive },
  triangular: { peak: positive, warmup: share, final: share },
  cosine: { peak: positive, warmup: share },
};

const averagings: Kinds<Averaging> = {
  none: {},
  exponential: { every: count, decay: belowOne },
  lookahead: { every: count, decay: belowOne },
};

/** What a distillation may soften its teachers' answers by. */
export const temperatures = { low: 0.05, high: 20 };

const teacher = orNull({ model: text, sha256: text });

const distilled = orNull({
  teachers: {
    expected: 'a list of models with their SHA-256',
    holds: (value) =>
      Array.isArray(value) &&
      value.length > 0 &&
      value.every((one) => one !== null && teacher.holds(one)),
  },
  views: oneOf(...Object.keys(viewSets)),
  temperature: number({ least: temperatures.low, most: temperatures.high }),
  share,
});

/** The teachers themselves are checked where they are opened. */
const distillation: Rule = {
  expected:
    'a distillation, as `npm run distill` makes it: teachers, views, a temperature from 0.05 to 20, a share from 0 to 1',
  holds: (value) => value !== null && distilled.holds(value),
};

/** Their values are checked where the transforms are made. */
const unchecked: Rule = { expected: 'anything', holds: () => true };

const transforms: Kinds<AugmentationStep> = {
  affine: {
    degrees: unchecked,
    translate: unchecked,
    scale: unchecked,
    shear: unchecked,
    fill: unchecked,
  },
  alternatingFlip: {},
  brightness: { range: unchecked },
  contrast: { range: unchecked },
  cutmix: { alpha: unchecked, probability: unchecked },
  cutout: { size: unchecked, fill: unchecked },
  distort: { amount: unchecked, cells: unchecked },
  erase: { probability: unchecked, area: unchecked, aspect: unchecked, fill: unchecked },
  flip: { probability: unchecked },
  mixup: { alpha: unchecked },
  randomPolicy: { strength: unchecked },
  repeat: { times: unchecked },
  rotate: { degrees: unchecked, fill: unchecked },
  shift: { pixels: unchecked, padding: unchecked },
};

/**
 * Returns a recipe that is one.
 *
 * @throws if a setting is missing, unknown, of another type or out of range: names the recipe, the setting,
 *   its value and what was expected
 */
export function checkedRecipe(recipe: unknown): Recipe {
  const { name, network, optimizer, schedule, averaging } = (recipe ?? {}) as Partial<Recipe>;
  const source = `The recipe ${typeof name === 'string' ? name : 'without a name'}`;
  const shape: Record<keyof Recipe, Rule | Shape> = {
    name: text,
    network: shapeOf(networks, network),
    epochs: count,
    batchSize: count,
    optimizer: shapeOf(optimizers, optimizer),
    schedule: shapeOf(schedules, schedule),
    augmentation: list,
    labelSmoothing: belowOne,
    clipNorm: optional(positive),
    averaging: shapeOf(averagings, averaging),
    distillation: optional(distillation),
    views: optional(oneOf(...Object.keys(viewSets))),
    precision: oneOf('auto', 'float32', 'bfloat16'),
    seed: number({ least: 0, most: 2 ** 31 - 1, whole: true }),
  };
  demandExactly(recipe, shape, source);
  const checked = recipe as Recipe;
  checked.augmentation.forEach((step, index) => {
    const place = `${source}: augmentation[${index}]`;
    demandExactly(step, shapeOf(transforms, step), place);
    demandTransform(step, place);
  });
  return checked;
}

function demandTransform(step: AugmentationStep, source: string): void {
  try {
    buildTransform([step]);
  } catch (error) {
    throw new RangeError(`${source}: ${reasonOf(error)}`, { cause: error });
  }
}

/** The settings of a value's kind; if there is no such kind, the kind is what is wrong. */
function shapeOf(kinds: Record<string, Record<string, Rule>>, value: unknown): Shape {
  const { kind } = (value ?? {}) as { kind?: unknown };
  const names = Object.keys(kinds);
  const known = typeof kind === 'string' && names.includes(kind);
  return { kind: oneOf(...names), ...(known && kinds[kind]) };
}

function demandExactly(value: unknown, shape: Shape, source: string): void {
  demandShape(value, shape, source);
  demandKnown(value as object, shape, source);
}

/** A setting with a slip of the pen in its name would be left out silently. */
function demandKnown(value: object, shape: Shape, source: string): void {
  for (const [name, inner] of Object.entries(value)) {
    const rule = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (rule === undefined) {
      const known = Object.keys(shape).join(', ');
      throw new RangeError(`${source}: there is no setting "${name}", expected ${known}.`);
    }
    if (typeof rule.holds !== 'function') demandKnown(inner, rule as Shape, `${source}: ${name}`);
  }
}
