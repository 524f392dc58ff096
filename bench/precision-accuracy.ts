/**
 * Whether bfloat16 costs accuracy: one short training in each precision from each of several seeds, judged
 * on the validation images.
 */
import { commit } from '../lib/commit';
import type { Dataset } from '../lib/dataset';
import { environment } from '../lib/environment';
import type { Precision } from '../lib/graph/precision';
import { machineLine } from '../lib/machine';
import { percent } from '../lib/markdown-table';
import { buildNetwork } from '../lib/network';
import { paths } from '../lib/paths';
import { type Recipe, recipes } from '../lib/recipes';
import { deviation, mean, welch } from '../lib/statistics';
import { train } from '../lib/training';

const precisions = ['float32', 'bfloat16'] as const;

/** Small, so that ten trainings are a matter of minutes on two cores. */
const recipe: Recipe = { ...recipes.quick, network: recipes.speed93.network };

interface Row {
  precision: Precision;
  seed: number;
  validationAccuracy: number;
  validationLoss: number;
  imagesPerSecond: number;
}

/** Trains in both precisions from each seed, prints what came out, and returns the record. */
export async function benchmarkPrecision(data: Dataset, seeds: readonly number[]) {
  console.log(machineLine());
  const start = new Date().toISOString();
  const rows: Row[] = [];
  for (const seed of seeds) {
    for (const precision of precisions) {
      rows.push(await trainOnce(data, precision, seed));
      print(rows[rows.length - 1]);
    }
  }
  const [float32, bfloat16] = precisions.map((precision) =>
    rows.filter((row) => row.precision === precision).map((row) => row.validationAccuracy),
  );
  const difference = welch(bfloat16, float32);
  printSummary({ float32, bfloat16 }, difference);
  return {
    start,
    commit: await commit(paths.root, ['bench']),
    environment: environment(),
    recipe,
    rows,
    difference,
  };
}

async function trainOnce(data: Dataset, precision: Precision, seed: number): Promise<Row> {
  const { mean, deviation, train: split } = data;
  const options = { mean, deviation, seed, images: split.images };
  const model = buildNetwork(recipe.network, options);
  const result = await train(model, data, { recipe: { ...recipe, precision, seed } });
  model.dispose();
  const { validationAccuracy = 0, validationLoss = 0 } = result.history[recipe.epochs - 1];
  const { imagesPerSecond } = result;
  return { precision, seed, validationAccuracy, validationLoss, imagesPerSecond };
}

function print({ precision, seed, validationAccuracy, imagesPerSecond }: Row): void {
  const speed = `${imagesPerSecond.toFixed(0)} images/s`;
  console.log(`${precision.padEnd(8)} seed ${seed}  ${percent(validationAccuracy)}  ${speed}`);
}

function printSummary(
  accuracies: Record<Precision, number[]>,
  { difference, low, high, probability }: ReturnType<typeof welch>,
): void {
  for (const [precision, values] of Object.entries(accuracies)) {
    const spread = percent(deviation(values));
    console.log(`${precision.padEnd(8)} mean ${percent(mean(values))}, deviation ${spread}`);
  }
  console.log(
    `bfloat16 less float32: ${percent(difference)}, 95 % interval ${percent(low)} to ${percent(high)}, ` +
      `p = ${probability.toFixed(2)} (Welch)`,
  );
}
