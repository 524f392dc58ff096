/** The ladder: what accuracy a recipe reaches with how much arithmetic, over seeds, from their published records. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { imagePixels } from './idx';
import { type MarkdownRow, percent } from './markdown-table';
import { multiplyAdds } from './multiply-adds';
import { buildNetwork } from './network';
import { paths } from './paths';
import { createRandom } from './random';
import { type Recipe, recipes } from './recipes';
import { readSearch, type StoredSearch } from './search-record';
import { ranked } from './search-table';
import { deviation, mean } from './statistics';

/** A published search over the seeds of one recipe, measured. */
export interface Rung {
  /** Its search, as `readSearch` finds it. */
  place: string;
  /** The recipe's name. */
  name: string;
  /** Validation accuracies, one a seed. */
  accuracies: number[];
  /** Operations of one training, in 10¹⁵: two for each multiply-add, forwards and twice backwards. */
  petaOperations: number;
  parameters: number;
  /** Mean of the trainings, with their start and validation. */
  minutes: number;
  imagesPerSecond: number;
  /** What each training computed on. */
  machine: string;
}

/** Returns the rungs that are published, by their arithmetic. */
export async function publishedRungs(): Promise<Rung[]> {
  const rungs: Rung[] = [];
  for (const name of await readdir(join(paths.logs, 'published', 'tuning'))) {
    const place = `published/${name}`;
    const search = await readSearch(place);
    if (isRung(search)) rungs.push(rungOf(place, search));
  }
  return rungs.sort((one, other) => one.petaOperations - other.petaOperations);
}

/** Returns the table of some rungs. */
export function ladderRows(rungs: readonly Rung[]): MarkdownRow[] {
  return rungs.map((rung) => ({
    recipe: `\`${rung.name}\``,
    'validation accuracy': `${percent(mean(rung.accuracies))} ± ${(100 * deviation(rung.accuracies)).toFixed(2)}`,
    seeds: String(rung.accuracies.length),
    PFLOP: rung.petaOperations.toFixed(3),
    parameters: rung.parameters.toLocaleString('en'),
    minutes: rung.minutes.toFixed(1),
    'images a second': Math.round(rung.imagesPerSecond).toLocaleString('en'),
    on: rung.machine,
  }));
}

/** Whether a search has trained a recipe of the project's to its end, with nothing but the seed changed. */
function isRung({ plan, trials }: StoredSearch): boolean {
  return (
    Object.hasOwn(recipes, plan.recipe.name) &&
    Object.keys(plan.space).length === 0 &&
    plan.images === null &&
    trials.every(({ state }) => state === 'finished')
  );
}

function rungOf(place: string, { plan, trials }: StoredSearch): Rung {
  const { recipe, threads, environment } = plan;
  const { multiplications, parameters } = sizeOf(recipe);
  const images = TRAINING_IMAGES * recipe.epochs;
  const seconds = mean(trials.map((trial) => trial.seconds));
  const cores = `${threads} ${threads === 1 ? 'core' : 'cores'} of ${environment.processor}`;
  return {
    place,
    name: recipe.name,
    accuracies: ranked(trials).map(({ validationAccuracy }) => validationAccuracy ?? 0),
    petaOperations: (6 * multiplications * images) / 1e15,
    parameters,
    minutes: seconds / 60,
    imagesPerSecond: images / seconds,
    machine: `${environment.gpu ?? cores}, ${recipe.precision}`,
  };
}

/** The images of the 60,000 that are trained on where 10,000 validate. */
const TRAINING_IMAGES = 50_000;

function sizeOf({ network }: Recipe): { multiplications: number; parameters: number } {
  // What is in the images does not change how large a network is.
  const random = createRandom(1);
  const images = Uint8Array.from({ length: 100 * imagePixels }, () => random.integer(256));
  const model = buildNetwork(network, { mean: 0.3, deviation: 0.35, seed: 1, images });
  const size = { multiplications: multiplyAdds(model), parameters: model.countParams() };
  model.dispose();
  return size;
}
