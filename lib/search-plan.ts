/** The plan of a search: all that is fixed before its first trial, in a folder of its own. */
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { commit } from './commit';
import { environment } from './environment';
import { fastestPrecision } from './graph/fastest-precision';
import { paths } from './paths';
import { demandShape, writeRecord } from './record';
import { makeRunFolder } from './runs';
import { handMadeSettings, type Search } from './search';
import { planShape, type SearchPlan, searchFolder } from './search-record';

export interface PlanOptions extends Search {
  /** What is searched, in a word or two; the folder's name begins with it. */
  title: string;
  /** The folder's name; by default title, date and time. */
  name?: string;
  hours?: number;
  /** Threads of a trial; half of the cores on a machine without a GPU. */
  threads?: number;
  gpus?: number;
  /** Whether the trained networks are kept in `models/runs/`, and the records of their runs in `logs/`. */
  keepModels?: boolean;
  /** The folder that takes the place of `logs/`: the search's is made in its folder `tuning/`. */
  logs?: string;
}

/**
 * Writes a search's plan into a new folder.
 *
 * @returns the folder
 * @throws if a number is out of its range; if the recipe is outside the search's space; if there is a search of this
 *   name, or a run or a model of the name of one that is to be kept
 */
export async function planSearch(options: PlanOptions): Promise<string> {
  const { title, recipe, space, trials, logs } = options;
  const used = environment();
  const start = new Date().toISOString();
  const time = start.slice(0, 19).replaceAll(':', '').replace('T', '-');
  const name = options.name ?? `${title.replaceAll(' ', '-')}-${time}`;
  const folder = searchFolder(name, { logs });
  const plan: SearchPlan = {
    version: 1,
    name,
    search: title,
    // Trials side by side would measure each other: it is decided once, for all of them.
    recipe: recipe.precision === 'auto' ? { ...recipe, precision: fastestPrecision() } : recipe,
    space,
    handMade: handMadeSettings({ recipe, space }),
    trials,
    images: options.images ?? null,
    pruning: options.pruning ?? null,
    hours: options.hours ?? null,
    threads: options.threads ?? Math.max(1, Math.floor(used.cores / 2)),
    gpus: options.gpus ?? (used.device === 'GPU' ? 1 : 0),
    models: options.keepModels === true ? relative(paths.root, join(paths.models, 'runs')) : null,
    start,
    commit: await commit(),
    environment: used,
  };
  demandShape(plan, planShape, 'The search');
  if (plan.models !== null) demandFree(name, trials, options);
  await makeRunFolder(folder, name);
  await writeRecord(join(folder, 'search.json'), plan);
  return folder;
}

/** What trials keep takes the place of what has its name, as a trial may be begun again: so nothing of others may. */
function demandFree(name: string, trials: number, { logs = paths.logs }: PlanOptions): void {
  const names = Array.from({ length: trials }, (_, index) => `${name}-${index + 1}`);
  const places = names.flatMap((run) => [join(logs, run), join(paths.models, 'runs', run)]);
  const taken = places.find((place) => existsSync(place));
  if (taken === undefined) return;
  throw new Error(
    `${taken} is there already, and a trial that is kept would replace it: give another --name.`,
  );
}
