/**
 * Several classifiers that answer as one: how their answers are averaged, and what each further one adds.
 *
 * `list` is always one [n, 10] of probabilities a member, of the same images in the same order.
 */
import { logarithm, softmax } from './calibration';
import { accuracy, rightAnswers } from './evaluation';
import { classCount } from './idx';
import { createRandom, shuffle } from './random';
import { deviation, type Interval, mean, meanInterval, sum } from './statistics';

/** Makes one [n, 10] of several; only the ratios of the weights count. */
export type Average = (list: readonly Float32Array[], weights?: readonly number[]) => Float32Array;

/** How accurate ensembles of so many members are. */
export interface EnsembleSize {
  members: number;
  /** How many different ensembles of this size were looked at. */
  ensembles: number;
  /** Mean and standard deviation of their accuracies; the deviation of a single one is 0. */
  mean: number;
  deviation: number;
  /** The lowest and the highest. */
  low: number;
  high: number;
}

/**
 * Returns the weighted mean of several classifiers' probabilities, or of one's on several views.
 *
 * @param list each [n, 10]
 * @param weights one each, not negative; only their ratios count. Equal by default
 */
export function averageProbabilities(
  list: readonly Float32Array[],
  weights: readonly number[] = list.map(() => 1),
): Float32Array {
  const length = list[0]?.length ?? 0;
  if (length === 0 || list.some((probabilities) => probabilities.length !== length)) {
    const lengths = list.map((probabilities) => probabilities.length).join(', ');
    throw new Error(`Expected probabilities of the same images each, got lengths [${lengths}].`);
  }
  const whole = sum(weights);
  if (weights.length !== list.length || weights.some((weight) => !(weight >= 0)) || !(whole > 0)) {
    throw new Error(`Expected ${list.length} weights, not negative, got [${weights.join(', ')}].`);
  }
  return Float32Array.from({ length }, (_, index) =>
    list.reduce((mean, values, member) => mean + (weights[member] / whole) * values[index], 0),
  );
}

/**
 * Returns the softmax of the weighted mean of logits, of which the logarithms of probabilities are as good: the
 * geometric mean of the probabilities. One member that is sure of a "no" counts more than with the arithmetic one.
 */
export function averageLogits(
  list: readonly Float32Array[],
  weights: readonly number[] = list.map(() => 1),
): Float32Array {
  // Of logarithms the arithmetic mean is wanted; what is checked is the same.
  const logits = averageProbabilities(
    list.map((probabilities) => probabilities.map(logarithm)),
    weights,
  );
  const averaged = new Float32Array(logits.length);
  for (let start = 0; start < logits.length; start += classCount) {
    averaged.set(softmax(Float64Array.from(logits.subarray(start, start + classCount)), 1), start);
  }
  return averaged;
}

export interface SizesOptions {
  average?: Average;
  /** The most ensembles of one size; of more, so many are drawn by chance. */
  most?: number;
  seed?: number;
}

/** Returns the accuracy against the number of members, from 1 to all: of the ensembles of each size, or `most` of them. */
export function accuracyBySize(
  list: readonly Float32Array[],
  labels: Uint8Array,
  { average = averageProbabilities, most = 50, seed = 1 }: SizesOptions = {},
): EnsembleSize[] {
  return list.map((_, index) => {
    const chosen = someCombinations([list.length, index + 1], most, seed);
    const accuracies = chosen.map((members) =>
      accuracy(average(members.map((member) => list[member])), labels),
    );
    return {
      members: index + 1,
      ensembles: accuracies.length,
      mean: mean(accuracies),
      deviation: accuracies.length < 2 ? 0 : deviation(accuracies),
      low: Math.min(...accuracies),
      high: Math.max(...accuracies),
    };
  });
}

/**
 * Returns how much more of such images an ensemble recognises than one of its members on average, as a share with its
 * 95 % interval. All saw the same images, so they are compared image by image.
 *
 * @param together what the ensemble answers, [n, 10]
 */
export function gainOverMembers(
  together: Float32Array,
  list: readonly Float32Array[],
  labels: Uint8Array,
): Interval & { mean: number } {
  const alone = list.map((member) => rightAnswers(member, labels));
  const gains = Array.from(rightAnswers(together, labels), (right, image) => {
    return right - mean(alone.map((answers) => answers[image]));
  });
  return meanInterval(gains);
}

/** Returns all ways to take `size` of the numbers below `count`, each in ascending order. */
export function combinations(count: number, size: number): number[][] {
  if (size === 0) return [[]];
  if (size > count) return [];
  // The largest number leaves enough below it for the others.
  const largest = Array.from({ length: count - size + 1 }, (_, index) => size - 1 + index);
  return largest.flatMap((last) => combinations(last, size - 1).map((others) => [...others, last]));
}

/** So many are listed before some are drawn. */
const LISTED = 100_000;

/** Returns all ways to take `size` of the numbers below `count`, or `most` different ones drawn by chance. */
function someCombinations([count, size]: [number, number], most: number, seed: number): number[][] {
  if (binomial(count, size) <= LISTED) return someOf(combinations(count, size), most, seed);
  const numbers = Int32Array.from({ length: count }, (_, number) => number);
  const random = createRandom(seed);
  const drawn = new Map<string, number[]>();
  while (drawn.size < most) {
    const chosen = Array.from(shuffle(numbers, random).slice(0, size).sort());
    drawn.set(chosen.join(), chosen);
  }
  return [...drawn.values()];
}

/** How many ways there are to take `size` of `count`. */
function binomial(count: number, size: number): number {
  let ways = 1;
  for (let taken = 1; taken <= size; taken++) ways *= (count - size + taken) / taken;
  return ways;
}

function someOf<T>(values: T[], most: number, seed: number): T[] {
  if (values.length <= most) return values;
  const places = Int32Array.from(values, (_, place) => place);
  return Array.from(shuffle(places, createRandom(seed)).slice(0, most), (place) => values[place]);
}
