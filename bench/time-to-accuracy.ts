/** Time to accuracy: whole trainings by one recipe from several seeds, here and in PyTorch. */
import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { type Commit, commit } from '../lib/commit';
import type { Dataset } from '../lib/dataset';
import { type Environment, environment } from '../lib/environment';
import { fastestPrecision } from '../lib/graph/fastest-precision';
import type { Precision } from '../lib/graph/precision';
import { machineLine } from '../lib/machine';
import { percent } from '../lib/markdown-table';
import { paths } from '../lib/paths';
import type { Recipe } from '../lib/recipes';
import { list, parseLine, type Shape, text } from '../lib/record';
import { deviation, mean, median } from '../lib/statistics';
import { tableText } from '../lib/tables';
import { demandSameParameters, ours } from './contenders';
import { type Side, sides, type Training } from './whole-training';

/** A training, and the code that was measured: a record may be gone on with by another. */
export interface TimedTraining extends Training {
  commit: Commit | null;
}

export interface TimeToAccuracy {
  start: string;
  environment: Environment;
  recipe: Recipe;
  precision: Precision;
  /** Names the images; records of before 2026-11-29, all of FashionMNIST, do not tell. */
  checksum?: string;
  rows: TimedTraining[];
}

export interface TimeToAccuracyOptions {
  recipe: Recipe;
  seeds: number[];
  /** Told of the record after each training. */
  onRow: (record: TimeToAccuracy) => void | Promise<void>;
  /** A record to go on with: the trainings it has are not repeated. */
  earlier?: TimeToAccuracy;
}

/** What must be there to see that a record is of the same trainings, and which it has. */
const shape: Shape = {
  start: text,
  environment: {},
  recipe: { name: text },
  precision: text,
  rows: list,
};

/**
 * Reads the record that a file has of timed trainings.
 *
 * @throws if it holds anything else, with its name
 */
export async function readTimeToAccuracy(file: string): Promise<TimeToAccuracy> {
  return parseLine<TimeToAccuracy>(await readFile(file, 'utf8'), shape, file);
}

/**
 * Trains on both sides from each seed, in turn, prints what came out, and returns the record.
 *
 * @throws if the earlier record is of another recipe, precision or machine; if the two sides do not train
 *   the same number of parameters
 */
export async function benchmarkTimeToAccuracy(
  data: Dataset,
  { recipe, seeds, onRow, earlier }: TimeToAccuracyOptions,
): Promise<TimeToAccuracy> {
  console.log(machineLine());
  const precision = recipe.precision === 'auto' ? fastestPrecision() : recipe.precision;
  const about = { environment: environment(), recipe, precision, checksum: data.checksum };
  if (earlier !== undefined) demandSame(earlier, about);
  const start = new Date().toISOString();
  const record: TimeToAccuracy = earlier ?? { start, ...about, rows: [] };
  for (const seed of seeds) {
    for (const who of Object.keys(sides) as Side[]) {
      if (record.rows.some((row) => row.who === who && row.seed === seed)) continue;
      const code = { commit: await commit(paths.root, ['bench']) };
      record.rows.push({ ...(await sides[who](data, { ...recipe, precision, seed })), ...code });
      demandSameParameters(record.rows.map(({ who, parameters }) => ({ name: who, parameters })));
      await onRow(record);
      console.log(line(record.rows[record.rows.length - 1]));
    }
  }
  console.log(tableText(summaryTable(record.rows)));
  return record;
}

/** Only trainings of one recipe on one kind of machine can be compared. */
function demandSame(
  earlier: TimeToAccuracy,
  now: Pick<TimeToAccuracy, 'environment' | 'recipe' | 'precision' | 'checksum'>,
): void {
  const parts = ({ environment: { processor, cores, gpu }, ...about }: typeof now) => ({
    recipe: about.recipe,
    precision: about.precision,
    'data set': about.checksum ?? now.checksum,
    machine: { processor, cores, gpu },
  });
  const [before, present] = [parts(earlier), parts(now)];
  for (const part of ['recipe', 'precision', 'data set', 'machine'] as const) {
    if (isDeepStrictEqual(before[part], present[part])) continue;
    throw new Error(
      `The record to go on with has another ${part} than there is now: give another file.`,
    );
  }
}

function line({ who, seed, seconds, validationAccuracy }: Training): string {
  return `${who.padEnd(12)} seed ${seed}  ${percent(validationAccuracy)}  ${seconds.toFixed(1)} s`;
}

/** One row a side: the mean of the accuracies, the median of the times, and how many times ours that is. */
export function summaryTable(rows: Training[]): Record<string, string>[] {
  const of = (who: string) => rows.filter((row) => row.who === who);
  const time = (who: string) => median(of(who).map((row) => row.seconds));
  return Object.keys(sides).map((who) => {
    const accuracies = of(who).map((row) => row.validationAccuracy);
    return {
      who,
      seeds: String(accuracies.length),
      'validation, mean': percent(mean(accuracies)),
      deviation: accuracies.length > 1 ? percent(deviation(accuracies)) : '',
      'seconds, median': time(who).toFixed(1),
      'times ours': (time(who) / time(ours)).toFixed(2),
    };
  });
}
