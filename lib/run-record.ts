/** The record of one training run, as it is stored and checked. */
import type { Commit } from './commit';
import type { Environment } from './environment';
import type { Precision } from './graph/precision';
import type { Recipe } from './recipes';
import {
  date,
  demandShape,
  flag,
  list,
  number,
  numbers,
  oneOf,
  optional,
  orNull,
  parseJson,
  type Shape,
  text,
} from './record';
import { DEFAULT_SPLIT_SEED } from './split';
import type { Epoch } from './training';

export type RunState = 'running' | 'finished' | 'interrupted' | 'failed';

/** Where and when a run, or its continuation, started. */
export interface RunPart {
  /** ISO 8601, in UTC. */
  start: string;
  commit: Commit | null;
  environment: Environment;
}

/** The images of a run: the checksum of their files, and how many it trains on and validates on. */
export interface RunImages {
  checksum: string;
  train: number;
  validation: number;
  /** The seed of the split; the default's where a record does not tell. */
  splitSeed?: number;
}

/** Returns the seed that decided which images a run was validated on. */
export function splitSeedOf({ splitSeed = DEFAULT_SPLIT_SEED }: RunImages): number {
  return splitSeed;
}

/** Whether two runs are trained and validated on the same images. */
export function areSameImages(one: RunImages, other: RunImages): boolean {
  const keys = ['checksum', 'train', 'validation'] as const;
  return keys.every((key) => one[key] === other[key]) && splitSeedOf(one) === splitSeedOf(other);
}

/** `logs/<run>/record.json`. */
export interface RunRecord extends RunPart {
  version: 2;
  name: string;
  state: RunState;
  /** With its seed. */
  recipe: Recipe;
  data: RunImages;
  /** Numbers in the network, batch norm's moving ones among them. */
  parameters: number;
  /** What the convolutions were computed in; null until it is known. */
  precision: Precision | null;
  /** When and where it was continued. */
  resumed: RunPart[];
  /** ISO 8601, in UTC; null while it runs. */
  end: string | null;
  /** Time of the whole run with validation, over all its parts. */
  minutes: number;
  /** Mean over the steps, without validation. */
  imagesPerSecond: number;
  /** Measures of the last epoch, and those added at the end; accuracies are shares. */
  result: Record<string, number>;
  /** SHA-256 of `history.jsonl`; from before it is replaced until the next time also of the former one. */
  historyChecksums: string[];
  /** Why it failed. */
  error?: string;
}

const share = number({ least: 0, most: 1 });
const count = number({ least: 0, whole: true });

/** The fields of a {@link RunPart}. */
export const partShape: Shape = {
  start: date,
  commit: orNull({ hash: text, changed: flag }),
  environment: {
    node: text,
    tfjs: text,
    tensorflow: text,
    device: oneOf('CPU', 'GPU'),
    gpu: orNull(text),
    processor: text,
    cores: count,
    features: list,
    memory: number({ least: 0 }),
    platform: text,
  },
};

/** The fields of a `record.json`. */
export const runShape: Shape = {
  version: oneOf(2),
  name: text,
  state: oneOf('running', 'finished', 'interrupted', 'failed'),
  recipe: { name: text, seed: count },
  data: { checksum: text, train: count, validation: count, splitSeed: optional(count) },
  parameters: count,
  precision: orNull(text),
  ...partShape,
  resumed: list,
  end: orNull(date),
  minutes: number({ least: 0 }),
  imagesPerSecond: number({ least: 0 }),
  result: numbers,
  historyChecksums: list,
  error: optional(text),
};

const epochShape: Shape = {
  epoch: number({ least: 1, whole: true }),
  step: count,
  rate: number(),
  loss: number(),
  accuracy: share,
  validationLoss: optional(number()),
  validationAccuracy: optional(share),
  seconds: number({ least: 0 }),
  imagesPerSecond: number({ least: 0 }),
};

/**
 * Returns the epochs in the text of a `history.jsonl`, one a line.
 *
 * @param path named in errors, with the line
 */
export function parseHistory(content: string, path: string): Epoch[] {
  const lines = content.split('\n').filter((line) => line !== '');
  return lines.map((line, index) => {
    const source = `${path}, line ${index + 1}`;
    const epoch = parseJson(line, source) as Epoch;
    demandShape(epoch, epochShape, source);
    if (epoch.epoch === index + 1) return epoch;
    throw new Error(`${path}, line ${index + 1}: epoch is ${epoch.epoch}, expected ${index + 1}.`);
  });
}

/** Returns the text of a `history.jsonl`. */
export function formatHistory(history: readonly Epoch[]): string {
  return history.map((epoch) => `${JSON.stringify(epoch)}\n`).join('');
}
