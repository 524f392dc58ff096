/**
 * npm run bench [-- --only NETWORK] [--precision NAME] [--steps N] [--rounds N] [--brief] [--json FILE]
 * npm run bench -- --augmentation [--json FILE]
 * npm run bench -- --precision-accuracy [--seeds N] [--json FILE]
 * npm run bench -- --time-to-accuracy RECIPE [--seeds N] [--json FILE]
 *
 * Measures training and prediction beside TensorFlow.js as it ships, Keras and PyTorch, which are installed
 * at first use; or what each random change of the images costs, beside PyTorch; or whether bfloat16 costs
 * accuracy; or how long whole trainings by a recipe take, beside PyTorch. FILE takes the result as JSON;
 * trainings that are timed are added to those it has.
 */
import { existsSync } from 'node:fs';
import { type Arguments, parseArguments } from '../bench/arguments';
import { benchmarkAugmentation } from '../bench/augmentation';
import { benchmark } from '../bench/benchmark';
import { benchmarkPrecision } from '../bench/precision-accuracy';
import {
  benchmarkTimeToAccuracy,
  readTimeToAccuracy,
  type TimeToAccuracy,
} from '../bench/time-to-accuracy';
import { runCommand } from '../lib/command';
import { loadDataset } from '../lib/dataset';
import { demandWritable, writeFileAtomically } from '../lib/integrity';
import { type RecipeName, recipe } from '../lib/recipes';

/** Tells what is being done, apart from what comes out. */
function say(what: string): void {
  process.stderr.write(`${what}\n`);
}

async function measure(asked: Arguments): Promise<unknown> {
  if (asked.augmentation) return benchmarkAugmentation();
  if (asked.timeToAccuracy !== undefined) return timeTrainings(asked, asked.timeToAccuracy);
  if (asked.precisionAccuracy) return benchmarkPrecision(await loadDataset(), firstSeeds(asked));
  return benchmark(asked, say);
}

/** 1, 2 and so on. */
function firstSeeds({ seeds }: Arguments): number[] {
  return Array.from({ length: seeds }, (_, index) => index + 1);
}

/** Hours of work: the record is written after each training, and gone on with. */
async function timeTrainings(asked: Arguments, name: RecipeName): Promise<TimeToAccuracy> {
  const { json } = asked;
  const earlier =
    json !== undefined && existsSync(json) ? await readTimeToAccuracy(json) : undefined;
  return benchmarkTimeToAccuracy(await loadDataset(), {
    recipe: recipe(name),
    seeds: firstSeeds(asked),
    earlier,
    onRow: (record) => write(json, record),
  });
}

async function write(file: string | undefined, measured: unknown): Promise<void> {
  if (file !== undefined) await writeFileAtomically(file, `${JSON.stringify(measured, null, 2)}\n`);
}

async function main(): Promise<void> {
  const asked = parseArguments(process.argv.slice(2));
  // Before hours of work, not after them.
  if (asked.json !== undefined) await demandWritable(asked.json);
  await write(asked.json, await measure(asked));
}

runCommand(main);
