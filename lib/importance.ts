/** Which coordinates decide a value: functional analysis of variance over a regression forest. */
import { growForest, type Tree } from './forest';
import { createRandom, shuffle } from './random';
import { quantile, sum } from './statistics';

export interface Importance {
  /** The share of the variance that each coordinate explains by itself, 0 to 1. */
  alone: number[];
  /** The rest: what only two or more coordinates together explain. */
  together: number;
}

/** A leaf as what it is: a box with a value. */
interface Box {
  low: number[];
  high: number[];
  value: number;
}

/**
 * Returns how much of the variance of `values` over the unit cube each coordinate explains, after Hutter,
 * Hoos & Leyton-Brown, "An efficient approach for assessing hyperparameter importance" (2014).
 *
 * A forest is fitted to the points. Over each of its trees, which is constant on boxes, the variance of the
 * mean over all other coordinates is computed exactly, every place in the cube counting the same wherever
 * the points lie. With few points much of it is chance: {@link chanceShare} says how much.
 *
 * @param points each with coordinates from 0 to 1
 */
export function importance(
  points: readonly (readonly number[])[],
  values: ArrayLike<number>,
  { seed = 1, trees = 64 }: { seed?: number; trees?: number } = {},
): Importance {
  const dimensions = points[0]?.length ?? 0;
  const forest = growForest(points, values, { random: createRandom(seed), trees });
  const shares = forest.flatMap((tree) => sharesOf(tree, dimensions));
  const alone = Array.from({ length: dimensions }, (_, coordinate) =>
    shares.length === 0 ? 0 : sum(shares.map((share) => share[coordinate])) / shares.length,
  );
  const explained = sum(alone);
  return { alone, together: shares.length === 0 ? 0 : Math.max(0, 1 - explained) };
}

/**
 * Returns the share of the variance that the most important coordinate stays below in 95 of 100 cases where values
 * have nothing to do with their points: they are shuffled so many times (a permutation test of the largest share).
 */
export function chanceShare(
  points: readonly (readonly number[])[],
  values: ArrayLike<number>,
  {
    seed = 1,
    trees = 64,
    shuffles = 100,
  }: { seed?: number; trees?: number; shuffles?: number } = {},
): number {
  const random = createRandom(seed);
  const largest = Array.from({ length: shuffles }, () => {
    const shuffled = shuffle(Array.from(values), random);
    return Math.max(0, ...importance(points, shuffled, { seed, trees }).alone);
  });
  return quantile(largest, 0.95);
}

/** Returns the ranks of values as shares, 0 (lowest) to 1; equal values share theirs. */
export function ranks(values: ArrayLike<number>): number[] {
  const sorted = Array.from(values).sort((one, other) => one - other);
  const scale = Math.max(1, sorted.length - 1);
  return Array.from(
    values,
    (value) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2 / scale,
  );
}

/** The shares of a tree's variance, one list; none of a tree that is the same everywhere. */
function sharesOf(tree: Tree, dimensions: number): number[][] {
  const boxes = boxesOf(tree, {
    low: new Array(dimensions).fill(0),
    high: new Array(dimensions).fill(1),
  });
  const mean = boxes.reduce((sum, box) => sum + volume(box) * box.value, 0);
  const variance = boxes.reduce((sum, box) => sum + volume(box) * (box.value - mean) ** 2, 0);
  if (variance < 1e-15) return [];
  const share = (_: unknown, coordinate: number) =>
    varianceAlong(coordinate, boxes, mean) / variance;
  return [Array.from({ length: dimensions }, share)];
}

function boxesOf(tree: Tree, { low, high }: Pick<Box, 'low' | 'high'>): Box[] {
  if (tree.kind === 'leaf') return [{ low, high, value: tree.value }];
  const replaced = (ends: number[]) =>
    ends.map((end, index) => (index === tree.coordinate ? tree.at : end));
  return [
    ...boxesOf(tree.below, { low, high: replaced(high) }),
    ...boxesOf(tree.above, { low: replaced(low), high }),
  ];
}

function volume({ low, high }: Box): number {
  return low.reduce((product, from, index) => product * (high[index] - from), 1);
}

/** The variance of the mean over all other coordinates, which is constant between two cuts. */
function varianceAlong(coordinate: number, boxes: readonly Box[], mean: number): number {
  const cuts = [...new Set([0, 1, ...boxes.map(({ low }) => low[coordinate])])].sort(
    (one, other) => one - other,
  );
  let variance = 0;
  for (let index = 1; index < cuts.length; index++) {
    const [from, to] = [cuts[index - 1], cuts[index]];
    const within = boxes.filter(
      ({ low, high }) => low[coordinate] <= from && high[coordinate] >= to,
    );
    const average = within.reduce((sum, box) => {
      const width = box.high[coordinate] - box.low[coordinate];
      return sum + (volume(box) / width) * box.value;
    }, 0);
    variance += (to - from) * (average - mean) ** 2;
  }
  return variance;
}
