/** A search with trials of every kind, as it is stored. */
import { type Recipe, recipes } from '../../lib/recipes';
import {
  choice,
  handMadeSettings,
  linear,
  logarithmic,
  type Search,
  type Settings,
} from '../../lib/search';
import type { SearchPlan, Trial } from '../../lib/search-record';

const quick: Recipe = {
  ...recipes.quick,
  epochs: 4,
  labelSmoothing: 0.1,
  precision: 'float32',
  schedule: { kind: 'triangular', peak: 0.1, warmup: 0.25, final: 0.02 },
  averaging: { kind: 'exponential', every: 3, decay: 0.97 },
};

export const space = {
  'schedule.peak': logarithmic(0.01, 1, { unit: 'rate' }),
  labelSmoothing: linear(0, 0.2, { unit: 'share' }),
  averaging: choice({ none: { kind: 'none' as const }, exponential: quick.averaging }),
  'averaging.decay': linear(0.9, 0.99, {
    unit: 'share kept',
    when: { setting: 'averaging', is: ['exponential'] },
  }),
} satisfies Search['space'];

export const plan: SearchPlan = {
  version: 1,
  name: 'example',
  search: 'example',
  recipe: quick,
  space,
  handMade: handMadeSettings({ recipe: quick, space }),
  trials: 6,
  images: 20_000,
  pruning: { first: 2, factor: 3 },
  hours: null,
  threads: 1,
  gpus: 0,
  models: null,
  start: '2026-01-31T12:00:00.000Z',
  commit: null,
  environment: {
    node: '20.0.0',
    tfjs: '4.22.0',
    tensorflow: '2.21.0',
    device: 'CPU',
    gpu: null,
    processor: 'example',
    cores: 2,
    features: [],
    memory: 8,
    platform: 'linux x64',
  },
};

/** A trial that has reached so much. */
export function trial(number: number, state: Trial['state'], curve: number[]): Trial {
  const peak = 0.05 * number;
  const averaging: Settings =
    number % 2 === 0
      ? { averaging: 'none' }
      : { averaging: 'exponential', 'averaging.decay': 0.95 };
  return {
    number,
    settings: { 'schedule.peak': peak, labelSmoothing: 0.03 * number, ...averaging },
    seed: number,
    state,
    epochs: curve.length,
    validationAccuracy: curve[curve.length - 1] ?? null,
    curve,
    seconds: 10 * number,
    attempts: 1,
    reason: state === 'failed' ? 'The loss became NaN.' : null,
  };
}

export const trials: Trial[] = [
  trial(1, 'finished', [0.8, 0.88, 0.91, 0.92]),
  trial(2, 'pruned', [0.6, 0.7]),
  trial(3, 'finished', [0.82, 0.9, 0.92, 0.93]),
  trial(4, 'failed', []),
  trial(5, 'running', [0.81]),
];
