/** The words behind `npm run bench --`. */
import { parseArgs } from 'node:util';
import { refuseBeside, wholeNumber } from '../lib/command';
import type { Precision } from '../lib/graph/precision';
import { type RecipeName, recipe } from '../lib/recipes';
import { networks, precisions } from './networks';

export interface Arguments {
  /** Measure what augmentation costs, and nothing else. */
  augmentation: boolean;
  /** Measure whether bfloat16 costs accuracy, and nothing else. */
  precisionAccuracy: boolean;
  /** The recipe whose trainings are timed, and nothing else. */
  timeToAccuracy?: RecipeName;
  /** How many seeds those start from: 1, 2, …. */
  seeds: number;
  /** Where the rows go as JSON. */
  json?: string;
  /** Names of the networks to measure. */
  networks: string[];
  precisions: Precision[];
  /** Steps a round; about a second's worth where it is left out. */
  steps?: number;
  rounds: number;
  /** Only the table, none of the sections behind it. */
  brief: boolean;
}

/** @throws if a word is unknown, or one seed is to show a deviation, naming what was expected */
export function parseArguments(words: string[]): Arguments {
  const { values } = parseArgs({
    args: words,
    options: {
      augmentation: { type: 'boolean', default: false },
      'precision-accuracy': { type: 'boolean', default: false },
      'time-to-accuracy': { type: 'string' },
      seeds: { type: 'string' },
      json: { type: 'string' },
      only: { type: 'string' },
      precision: { type: 'string' },
      steps: { type: 'string' },
      rounds: { type: 'string' },
      brief: { type: 'boolean', default: false },
    },
  });
  refuseIdle(values);
  const { augmentation, json, only, precision, brief, 'time-to-accuracy': timed } = values;
  return {
    augmentation,
    precisionAccuracy: values['precision-accuracy'],
    timeToAccuracy: timed === undefined ? undefined : recipeName(timed),
    seeds: seedCount(values),
    json,
    networks: only === undefined ? Object.keys(networks) : [networkName(only)],
    precisions: precision === undefined ? precisions : [precisionName(precision)],
    steps: values.steps === undefined ? undefined : wholeNumber('steps', values.steps),
    rounds: wholeNumber('rounds', values.rounds ?? '7'),
    brief,
  };
}

/** Each way to measure knows some of the words, and there is one way at a time. */
function refuseIdle(values: Record<string, string | boolean | undefined>): void {
  const { only, precision, steps, rounds, brief, seeds } = values;
  const ways = ['augmentation', 'precision-accuracy', 'time-to-accuracy'] as const;
  const [way, ...others] = ways.filter((name) => values[name]);
  if (way === undefined) {
    if (seeds === undefined) return;
    throw new Error('--seeds is for --time-to-accuracy and --precision-accuracy.');
  }
  refuseBeside(
    { [`--${way}`]: true },
    {
      ...Object.fromEntries(others.map((name) => [`--${name}`, true])),
      ...{ '--only': only, '--precision': precision, '--steps': steps },
      ...{ '--rounds': rounds, '--brief': brief },
      ...(way === 'augmentation' ? { '--seeds': seeds } : {}),
    },
  );
}

function seedCount(values: { seeds?: string; 'precision-accuracy': boolean }): number {
  const seeds = wholeNumber('seeds', values.seeds ?? '5');
  if (seeds > 1 || !values['precision-accuracy']) return seeds;
  throw new RangeError(
    `--seeds is ${seeds}: expected 2 or more, whose deviation tells what is chance.`,
  );
}

function networkName(name: string): string {
  if (Object.hasOwn(networks, name)) return name;
  const known = Object.keys(networks).join(' or ');
  throw new RangeError(`--only is ${name}: expected ${known}.`);
}

function precisionName(name: string): Precision {
  const precision = precisions.find((one) => one === name);
  if (precision !== undefined) return precision;
  throw new RangeError(`--precision is ${name}: expected ${precisions.join(' or ')}.`);
}

function recipeName(name: string): RecipeName {
  return recipe(name).name as RecipeName;
}
