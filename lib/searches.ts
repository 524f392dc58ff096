/** The searches by name, beside the recipes that they vary. */
import { recipes } from './recipes';
import { choice, linear, logarithmic, type Search } from './search';

const quick = recipes.quick;

const flips = quick.augmentation;

export const searches = {
  /** For tests: four trials of a network that learns next to nothing, in half a minute. */
  smoke: {
    recipe: {
      ...quick,
      name: 'smoke',
      network: { kind: 'plain', widths: [8], convolutions: 1 },
      epochs: 1,
      // A hundred steps, so that one rate is better than another.
      batchSize: 50,
      optimizer: { kind: 'sgd', momentum: 0.85, nesterov: true, weightDecay: 0.009 },
      augmentation: [],
    },
    trials: 4,
    images: 5000,
    space: {
      'schedule.peak': logarithmic(0.01, 1, { unit: 'rate' }),
      labelSmoothing: linear(0, 0.2, { unit: 'share' }),
    },
  },
  /** The recipe of a few minutes, on a fifth of the images: how it is trained, not what network it trains. */
  quick: {
    recipe: quick,
    trials: 64,
    images: 10_000,
    pruning: { first: 2, factor: 3 },
    space: {
      'schedule.peak': logarithmic(0.2, 3, { unit: 'rate' }),
      'schedule.warmup': linear(0.05, 0.5, { unit: 'share of the steps' }),
      'schedule.final': linear(0, 0.2, { unit: 'share of the peak' }),
      'optimizer.momentum': linear(0.7, 0.95, { unit: 'share kept' }),
      'optimizer.weightDecay': logarithmic(0.001, 0.05, { unit: 'share a step at rate 1' }),
      batchSize: choice({ '250': 250, '500': 500, '1000': 1000 }),
      labelSmoothing: linear(0, 0.3, { unit: 'share' }),
      augmentation: choice({
        flips,
        'flips, shifts by 1': [...flips, { kind: 'shift', pixels: 1, padding: 'zero' }],
        'flips, shifts by 2': [...flips, { kind: 'shift', pixels: 2, padding: 'zero' }],
        'flips, erasing': [...flips, { kind: 'erase', probability: 0.5, area: [0.02, 0.25] }],
      }),
      averaging: choice({
        none: { kind: 'none' },
        exponential: { kind: 'exponential', every: 5, decay: 0.8 },
        lookahead: quick.averaging,
      }),
      'averaging.decay': linear(0.5, 0.95, {
        unit: 'share kept',
        when: { setting: 'averaging', is: ['exponential', 'lookahead'] },
      }),
    },
  },
} satisfies Record<string, Search>;

/**
 * Returns a search by its name.
 *
 * @throws if there is none of that name
 */
export function namedSearch(name: string): Search {
  if (Object.hasOwn(searches, name)) return searches[name as keyof typeof searches];
  throw new Error(
    `There is no search "${name}": expected ${Object.keys(searches).join(' or ')} (lib/searches.ts).`,
  );
}
