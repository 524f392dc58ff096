/** Searches as they are stored: a folder in `logs/tuning/` each, with `search.json` and `trials.jsonl`. */
import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Commit } from './commit';
import type { Environment } from './environment';
import { writeFileAtomically } from './integrity';
import { paths } from './paths';
import {
  list,
  number,
  oneOf,
  orNull,
  parseLine,
  readRecord,
  type Shape,
  text,
  writeRecord,
} from './record';
import { makeRunFolder, runFolder } from './runs';
import type { Search, Settings } from './search';
import { demandFolder } from './stored-folder';

/** `search.json`: all that its trials follow from. */
export interface SearchPlan extends Required<Pick<Search, 'recipe' | 'space' | 'trials'>> {
  version: 1;
  name: string;
  /** Its name among the searches, or what else it is: `seeds of quick`. */
  search: string;
  /** The settings of the first trial; the recipe's own. */
  handMade: Settings;
  images: number | null;
  pruning: { first: number; factor: number } | null;
  /** Hours after which no trial goes on; null for as long as it takes. */
  hours: number | null;
  /** Threads, and GPUs or shares of one, that a trial computes on. */
  threads: number;
  gpus: number;
  /** The folder that trained networks are put into, from the project's; null if they are not kept. */
  models: string | null;
  /** ISO 8601, in UTC. */
  start: string;
  commit: Commit | null;
  environment: Environment;
}

export type TrialState = 'waiting' | 'running' | 'finished' | 'pruned' | 'failed';

/** One line of `trials.jsonl`. Accuracies are shares. */
export interface Trial {
  /** Counted from 1. */
  number: number;
  settings: Settings;
  seed: number;
  state: TrialState;
  /** Epochs done. */
  epochs: number;
  /** After the last of them; null before the first. */
  validationAccuracy: number | null;
  /** After each epoch. */
  curve: number[];
  /** Time that its processes ran, with their start, over all its parts. */
  seconds: number;
  /** How often it was begun or taken up again. */
  attempts: number;
  /** Why it failed. */
  reason: string | null;
}

/** A search as it was read. */
export interface StoredSearch {
  folder: string;
  plan: SearchPlan;
  trials: Trial[];
}

const share = number({ least: 0, most: 1 });
const count = number({ least: 0, whole: true });
const some = number({ least: 1, whole: true });

export const planShape: Shape = {
  version: oneOf(1),
  name: text,
  search: text,
  recipe: { name: text, epochs: some, seed: count },
  trials: some,
  images: orNull(some),
  pruning: orNull({ first: some, factor: number({ least: 2 }) }),
  hours: orNull(number({ least: 0 })),
  threads: some,
  gpus: number({ least: 0 }),
  models: orNull(text),
};

const trialShape: Shape = {
  number: some,
  seed: count,
  state: oneOf('waiting', 'running', 'finished', 'pruned', 'failed'),
  epochs: count,
  validationAccuracy: orNull(share),
  curve: list,
  seconds: number({ least: 0 }),
  attempts: count,
  reason: orNull(text),
};

export interface SearchPlace {
  /** The folder that takes the place of `logs/`. */
  logs?: string;
}

/** Returns the folder of a search by its name; `published/<name>` names a published one. */
export function searchFolder(name: string, { logs = paths.logs }: SearchPlace = {}): string {
  const isPublished = name.startsWith('published/');
  const group = isPublished ? ['published', 'tuning'] : ['tuning'];
  return runFolder(isPublished ? name.slice(10) : name, { logs: join(logs, ...group) });
}

/**
 * Reads a search.
 *
 * @throws if there is none, or if a file is wrong, with the file and the field
 */
export async function readSearch(name: string, place: SearchPlace = {}): Promise<StoredSearch> {
  const folder = searchFolder(name, place);
  const plan = await readPlan(join(folder, 'search.json'));
  return { folder, plan, trials: await readTrials(join(folder, 'trials.jsonl')) };
}

/**
 * Copies a search's plan and trials to `logs/published/tuning/<publishedName>/`, which is committed.
 *
 * @returns the new folder
 * @throws if a trial is not over yet, or if the published name is taken
 */
export async function publishSearch(
  name: string,
  publishedName: string,
  place: SearchPlace = {},
): Promise<string> {
  const { plan, trials } = await readSearch(name, place);
  const open = trials.filter(({ state }) => state === 'waiting' || state === 'running');
  if (trials.length === 0 || open.length > 0) {
    throw new Error(
      `${open.length} of the ${trials.length} trials of ${name} are not over: npm run tune -- --resume ${name}`,
    );
  }
  const folder = searchFolder(`published/${publishedName}`, place);
  await makeRunFolder(folder, publishedName);
  try {
    // Where networks were kept is a path of this machine.
    await writeRecord(join(folder, 'search.json'), { ...plan, name: publishedName, models: null });
    const lines = trials.map((trial) => `${JSON.stringify(trial)}\n`);
    await writeFileAtomically(join(folder, 'trials.jsonl'), lines.join(''));
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return folder;
}

/** Reads a `search.json`. */
export async function readPlan(path: string): Promise<SearchPlan> {
  await demandFolder(dirname(path), { kind: 'search', file: 'search.json' });
  return readRecord<SearchPlan>(path, planShape);
}

/** Returns the trials in the text of a `trials.jsonl`; `path` is named in errors, with the line. */
export function parseTrials(content: string, path: string): Trial[] {
  const lines = content.split('\n').filter((line) => line !== '');
  return lines.map((line, index) =>
    parseLine<Trial>(line, trialShape, `${path}, line ${index + 1}`),
  );
}

/** Reads a `trials.jsonl`; where there is none yet, there are no trials. */
export async function readTrials(path: string): Promise<Trial[]> {
  const content = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return parseTrials(content, path);
}
