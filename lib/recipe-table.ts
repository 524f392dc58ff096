/** Recipes and runs as tables to read: plain words instead of the notation of records. */
import type { Recipe } from './recipes';
import type { RunRecord } from './run-record';
import type { Row } from './tables';

/** What a setting is measured in, or decides. */
const meanings: Partial<Record<keyof Recipe, string>> = {
  network: 'channels of its blocks, convolutions in each',
  epochs: 'times each training image is seen',
  batchSize: 'images a step',
  optimizer: 'how a step moves the weights',
  schedule: 'learning rate at its peak; when it is reached and what is left at the end, as shares',
  augmentation: 'how images are changed at random',
  labelSmoothing: 'share of each label spread over all classes',
  clipNorm: 'largest norm of all gradients together; larger ones are scaled down',
  averaging: 'how weights of many steps become those that count',
  views: 'how images are shown once the network is trained',
  precision: 'of convolutions and products; auto takes the faster one',
  seed: 'decides first weights, order and changes of the images',
};

/** Returns `weight decay` for `weightDecay`. */
function spaced(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** Returns plain data in words: `sgd, momentum 0.9, nesterov` for `{kind: 'sgd', momentum: 0.9, nesterov: true}`. */
export function inWords(value: unknown): string {
  if (Array.isArray(value)) {
    const isPlain = value.every((part) => typeof part !== 'object');
    const between = value.length === 2 ? ' to ' : '/';
    return value.map(inWords).join(isPlain ? between : '; ') || 'none';
  }
  if (typeof value === 'number') return String(Number(value.toPrecision(4)));
  if (typeof value !== 'object' || value === null) return spaced(String(value));
  return Object.entries(value)
    .filter(([, part]) => part !== false && part !== undefined)
    .map(([name, part]) => {
      if (name === 'kind') return inWords(part);
      return part === true ? spaced(name) : `${spaced(name)} ${inWords(part)}`;
    })
    .join(', ');
}

/** Returns the settings of a recipe, one a row, each with its value and what that means. */
export function recipeRows(recipe: Recipe): Row[] {
  return Object.entries(recipe)
    .filter(([setting]) => setting !== 'name')
    .map(([setting, value]) => ({
      setting: spaced(setting),
      value: inWords(value),
      meaning: meanings[setting as keyof Recipe] ?? '',
    }));
}

/** Returns date and time to the minute, in UTC. */
function minuteOf(date: string): string {
  return `${date.slice(0, 16).replace('T', ' ')} UTC`;
}

/** Returns what the record of a run says of it, beside its recipe: one fact a row. */
export function recordRows(record: RunRecord): Row[] {
  const { environment: used, commit, data, result, resumed } = record;
  const thousands = (count: number) => Math.round(count).toLocaleString('en');
  const facts: Record<string, string | undefined> = {
    run: record.name,
    state: record.state,
    started: minuteOf(record.start),
    resumed:
      resumed.length === 0 ? undefined : resumed.map(({ start }) => minuteOf(start)).join(', '),
    took: `${record.minutes.toFixed(1)} minutes, with validation`,
    speed: `${thousands(record.imagesPerSecond)} images a second, without validation`,
    recipe: `${record.recipe.name}, seed ${record.recipe.seed}`,
    parameters: thousands(record.parameters),
    precision: record.precision ?? undefined,
    'validation accuracy':
      result.validationAccuracy === undefined
        ? undefined
        : `${(100 * result.validationAccuracy).toFixed(2)} % after ${result.epochs} epochs`,
    images: `${thousands(data.train)} to train on, ${thousands(data.validation)} to validate`,
    'SHA-256 of the data': data.checksum,
    device: used.gpu ?? `${used.processor}, ${used.cores} cores (${used.device})`,
    software: `TensorFlow ${used.tensorflow}, TensorFlow.js ${used.tfjs}, Node ${used.node}, ${used.platform}`,
    commit: commit === null ? undefined : `${commit.hash}${commit.changed ? ', with changes' : ''}`,
    error: record.error,
  };
  return Object.entries(facts)
    .filter(([, value]) => value !== undefined)
    .map(([fact, value]) => ({ fact, value }));
}
