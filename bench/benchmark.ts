/** Each network in each precision by all contenders; then what else counts in a training. */
import { machineLine } from '../lib/machine';
import { multiplyAdds } from '../lib/multiply-adds';
import { buildNetwork } from '../lib/network';
import type { Arguments } from './arguments';
import { allContenders, type Contender } from './contenders';
import { type Contest, holdContest } from './contest';
import { measureDetails } from './details';
import { images, networks } from './networks';
import { matrixPeak } from './peak';
import type { Task } from './requests';
import { bestOfEach, type Row, row } from './results';
import {
  type Arithmetic,
  costTable,
  deviceLines,
  failureLines,
  peakLine,
  speedTable,
  versionLine,
} from './tables';

/** Images a step. */
const batches: Record<Task, number> = { train: 128, predict: 250 };

/** Tells what is measured next. */
export type Say = (what: string) => void;

/** Measures as the arguments ask, prints what came out, and returns the rows of the tables. */
export async function benchmark(asked: Arguments, say: Say): Promise<Row[]> {
  const contenders = await allContenders();
  const before = measurePeaks(asked, say);
  const { results, failures } = await measureAll(contenders, asked, say);
  const detailed = asked.brief ? [] : await measureDetails(contenders, results, { ...asked, say });
  const after = measurePeaks(asked, say);
  const arithmetic = {
    network: countMultiplyAdds(asked.networks),
    peak: highest(before, after),
  };
  console.log(
    [
      machineLine(),
      versionLine(results),
      ...deviceLines(results),
      speedTable(results, 'train', arithmetic),
      speedTable(results, 'predict', arithmetic),
      peakLine(arithmetic),
      costTable(results),
      ...detailed.map(({ text }) => text),
      ...failureLines([...failures, ...detailed.flatMap((detail) => detail.failures)]),
    ].join('\n\n'),
  );
  return bestOfEach([...results, ...detailed.flatMap(({ results }) => results)]).map(row);
}

function measurePeaks({ precisions }: Arguments, say: Say): Arithmetic['peak'] {
  say('large matrix products');
  return Object.fromEntries(precisions.map((precision) => [precision, matrixPeak(precision)]));
}

/** Returns the higher peaks: a busy moment at one end of the measurement must not make all look faster. */
function highest(before: Arithmetic['peak'], after: Arithmetic['peak']): Arithmetic['peak'] {
  const peaks = Object.entries(before).map(([precision, speed]) => [
    precision,
    Math.max(speed, after[precision]),
  ]);
  return Object.fromEntries(peaks);
}

/** Returns the multiply-adds of one image forwards, by network. */
function countMultiplyAdds(names: Arguments['networks']): Arithmetic['network'] {
  const counts = names.map((name) => {
    const model = buildNetwork(networks[name], { ...images, seed: 1 });
    const count = multiplyAdds(model);
    model.dispose();
    return [name, count];
  });
  return Object.fromEntries(counts);
}

async function measureAll(
  contenders: Contender[],
  { networks, precisions, rounds, steps }: Arguments,
  say: Say,
): Promise<Contest> {
  const all: Contest = { results: [], failures: [] };
  const works = (['train', 'predict'] as const).map((task) => ({ task, batch: batches[task] }));
  for (const network of networks) {
    for (const precision of precisions) {
      const able = contenders.filter((contender) => contender.precisions.includes(precision));
      const { results, failures } = await holdContest(able, {
        ...{ network, precision, works, seconds: 0.7, rounds, steps, trials: 2 },
        say: (what) => say(`${network}, ${precision}: ${what}`),
      });
      all.results.push(...results);
      all.failures.push(...failures);
    }
  }
  return all;
}
