/** The searches by name, beside the recipes that they vary. */
import { recipes } from './recipes';
import { linear, logarithmic, type Search } from './search';

const quick = recipes.quick;

export const searches = {
  /** For tests: four trials of a network that knows next to nothing, half a minute in all. */
  smoke: {
    recipe: {
      ...quick,
      name: 'smoke',
      network: { kind: 'plain', widths: [8], convolutions: 1 },
      epochs: 1,
      augmentation: [],
    },
    trials: 4,
    images: 5000,
    space: {
      'schedule.peak': logarithmic(0.01, 1, { unit: 'weights per gradient' }),
      labelSmoothing: linear(0, 0.2, { unit: 'share' }),
    },
  },
} satisfies Record<string, Search>;
