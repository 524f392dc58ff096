/** What the measured rounds say: the best way of each contender, images a second, spread, ratios. */
import type { Precision } from '../lib/graph/precision';
import { median, quantile } from '../lib/statistics';
import { label, ours } from './contenders';
import type { Result } from './contest';
import type { Task } from './requests';

/** A line of the result, as `--json` writes it. */
export interface Row {
  task: Task;
  network: string;
  precision: Precision;
  /** The contender and, in brackets, the way of computing that was its fastest. */
  who: string;
  batch: number;
  /** Median of the rounds. */
  imagesPerSecond: number;
  /** 10th and 90th percentile of the rounds. */
  spread: [low: number, high: number];
}

/** Returns a result as a row. */
export function row(result: Result): Row {
  const { task, network, precision, batch } = result;
  const [low, high] = [0.9, 0.1].map((share) => batch / quantile(result.seconds, share));
  return {
    task,
    network,
    precision,
    who: label(result),
    batch,
    imagesPerSecond: imagesPerSecond(result),
    spread: [low, high],
  };
}

/** Returns the median of the rounds. */
export function imagesPerSecond({ batch, seconds }: Pick<Result, 'batch' | 'seconds'>): number {
  return batch / median(seconds);
}

/** Returns how many times as fast `first` is as `second`: the median of the rounds' own ratios. */
export function timesAsFast(
  first: Pick<Result, 'seconds'>,
  second: Pick<Result, 'seconds'>,
): number {
  return median(first.seconds.map((seconds, round) => second.seconds[round] / seconds));
}

/** Returns of each contender's ways of computing the same thing the fastest one, in their first order. */
export function bestOfEach(results: Result[]): Result[] {
  const best = new Map<string, Result>();
  for (const result of results) {
    const { task, network, precision, who, batch } = result;
    const key = [task, network, precision, who, batch].join();
    const known = best.get(key);
    if (known === undefined || imagesPerSecond(result) > imagesPerSecond(known)) {
      best.set(key, result);
    }
  }
  return [...best.values()];
}

/** Returns this project's result for what another contender computed. */
export function oursFor(result: Result, results: Result[]): Result | undefined {
  return results.find(
    ({ who, task, network, precision, batch }) =>
      who === ours &&
      task === result.task &&
      network === result.network &&
      precision === result.precision &&
      batch === result.batch,
  );
}
