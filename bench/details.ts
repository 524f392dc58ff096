/** What else counts in a training: the size of its batches, the number of cores, augmentation. */
import os from 'node:os';
import { device } from '../lib/backend';
import { augmented, type Contender, onCores, ours, thisProject } from './contenders';
import { type ContestOptions, type Failure, holdContest, type Result } from './contest';
import { imagesPerSecond, timesAsFast } from './results';
import { type Comparison, comparisonTable } from './tables';

const batchSizes = [32, 64, 128, 250, 500];
const batch = 128;

/** What the details are measured on: one network, this project and the peer that trains it fastest. */
interface Pair {
  contenders: Contender[];
  options: ContestOptions;
}

/** A part of the printed result, those of its results that `--json` takes, and what could not be measured. */
export interface Detail {
  text: string;
  results: Result[];
  failures: Failure[];
}

/**
 * Measures all details on the first network of `results`, in the precision that this project trains it
 * fastest in, beside the peer that is then the fastest.
 */
export async function measureDetails(
  contenders: Contender[],
  results: Result[],
  { rounds, steps, say }: Pick<ContestOptions, 'rounds' | 'steps' | 'say'>,
): Promise<Detail[]> {
  const training = results.filter(
    ({ task, network }) => task === 'train' && network === results[0].network,
  );
  const mine = fastest(training.filter(({ who }) => who === ours));
  if (mine === undefined) return [];
  const { network, precision } = mine;
  const peer = fastest(
    training.filter((result) => result.who !== ours && result.precision === precision),
  );
  const pair: Pair = {
    contenders: contenders.filter(({ who, variant }) =>
      [mine, peer].some((result) => result?.who === who && result.variant === variant),
    ),
    options: { network, precision, works: [], seconds: 0.7, rounds, steps, say },
  };
  return [await byBatch(pair), ...(await byCores(pair)), await ofAugmentation(pair)];
}

function fastest(results: Result[]): Result | undefined {
  return results.reduce<Result | undefined>(
    (best, result) =>
      best === undefined || imagesPerSecond(result) > imagesPerSecond(best) ? result : best,
    undefined,
  );
}

/** "plain in bfloat16", for captions. */
function subject({ options: { network, precision } }: Pair): string {
  return `${network} in ${precision}`;
}

async function byBatch(pair: Pair): Promise<Detail> {
  const works = batchSizes.map((size) => ({ task: 'train' as const, batch: size }));
  const { results, failures } = await holdContest(pair.contenders, {
    ...pair.options,
    works,
    say: (what) => pair.options.say(`sizes of batch: ${what}`),
  });
  const rows = batchSizes.map((size) => ({
    value: size,
    results: results.filter((result) => result.batch === size),
  }));
  const caption = `Training ${subject(pair)}, images a second by the size of batches`;
  // The usual size is among the results already.
  const others = results.filter((result) => result.batch !== batch);
  return { text: comparisonTable(caption, 'batch', rows), results: others, failures };
}

/** Only Linux has a command that keeps a process on some cores; on a GPU they do not count. */
async function byCores(pair: Pair): Promise<Detail[]> {
  if (process.platform !== 'linux' || device() === 'GPU') return [];
  const rows: Comparison[] = [];
  const allFailures: Failure[] = [];
  for (const cores of coreCounts(os.availableParallelism())) {
    const { results, failures } = await holdContest(
      pair.contenders.map((contender) => onCores(contender, cores)),
      {
        ...pair.options,
        works: [{ task: 'train', batch }],
        say: (what) => pair.options.say(`on ${cores} of the cores: ${what}`),
      },
    );
    rows.push({ value: cores, results });
    allFailures.push(...failures);
  }
  const caption = `Training ${subject(pair)}, batches of ${batch}, images a second by the number of cores`;
  const text = comparisonTable(caption, 'cores', rows);
  return [{ text, results: [], failures: allFailures }];
}

/** Returns 1, 2, 4, … and all of them. */
export function coreCounts(all: number): number[] {
  const powers = Array.from({ length: Math.ceil(Math.log2(all)) }, (_, power) => 2 ** power);
  return [...powers, all];
}

async function ofAugmentation(pair: Pair): Promise<Detail> {
  const { results, failures } = await holdContest([thisProject, augmented], {
    ...pair.options,
    works: [{ task: 'train', batch }],
    say: (what) => pair.options.say(`augmentation: ${what}`),
  });
  if (failures.length > 0)
    return { text: 'What augmentation takes is unknown.', results: [], failures };
  const [plain, changed] = results;
  const share = 100 * (1 - timesAsFast(changed, plain));
  const text =
    `The standard recipe's augmentation takes ${share.toFixed(1)} % of a step of ${subject(pair)} ` +
    `(batches of ${batch}); npm run bench -- --augmentation measures each change of images on its own.`;
  return { text, results: [], failures };
}
