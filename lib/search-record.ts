/** Searches as they are stored: a folder in `logs/tuning/` each, with `search.json` and `trials.jsonl`. */
import { readFile } from 'node:fs/promises';
import type { Commit } from './commit';
import type { Environment } from './environment';
import { list, number, oneOf, orNull, parseRecord, readRecord, type Shape, text } from './record';
import type { Search, Settings } from './search';

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
  /** The folder that trained networks are put into; null if they are not kept. */
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

const planShape: Shape = {
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

/** Reads a `search.json`. */
export function readPlan(path: string): Promise<SearchPlan> {
  return readRecord<SearchPlan>(path, planShape);
}

/** Returns the trials in the text of a `trials.jsonl`; `path` is named in errors, with the line. */
export function parseTrials(content: string, path: string): Trial[] {
  const lines = content.split('\n').filter((line) => line !== '');
  return lines.map((line, index) =>
    parseRecord<Trial>(line, trialShape, `${path}, line ${index + 1}`),
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
