/** The words behind `npm run bench --`. */
import { parseArgs } from 'node:util';
import { networks } from './networks';

export interface Arguments {
  /** Measure what augmentation costs, and nothing else. */
  augmentation: boolean;
  /** Measure whether bfloat16 costs accuracy, and nothing else. */
  precisionAccuracy: boolean;
  /** Where the rows go as JSON. */
  json?: string;
  /** Names of the networks to measure. */
  networks: string[];
  /** Steps a round; about a second's worth where it is left out. */
  steps?: number;
  rounds: number;
  /** Only the table, none of the sections behind it. */
  brief: boolean;
}

/** @throws if a word is unknown, naming what was expected */
export function parseArguments(words: string[]): Arguments {
  const { values } = parseArgs({
    args: words,
    options: {
      augmentation: { type: 'boolean', default: false },
      'precision-accuracy': { type: 'boolean', default: false },
      json: { type: 'string' },
      only: { type: 'string' },
      steps: { type: 'string' },
      rounds: { type: 'string', default: '7' },
      brief: { type: 'boolean', default: false },
    },
  });
  const { augmentation, json, only, brief } = values;
  return {
    augmentation,
    precisionAccuracy: values['precision-accuracy'],
    json,
    networks: only === undefined ? Object.keys(networks) : [networkName(only)],
    steps: values.steps === undefined ? undefined : wholeNumber('steps', values.steps),
    rounds: wholeNumber('rounds', values.rounds),
    brief,
  };
}

function networkName(name: string): string {
  if (Object.hasOwn(networks, name)) return name;
  const known = Object.keys(networks).join(' or ');
  throw new RangeError(`--only is ${name}: expected ${known}.`);
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new RangeError(`--${name} is ${text}: expected a whole number above 0.`);
}
