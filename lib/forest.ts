/** Regression forests: many trees, each of a random draw of the points and of the coordinates. */
import type { Random } from './random';

/** A tree: an end with the mean of its points, or a cut of one coordinate in two. */
export type Tree =
  | { kind: 'leaf'; value: number }
  | { kind: 'cut'; coordinate: number; at: number; below: Tree; above: Tree };

export interface ForestOptions {
  random: Random;
  trees?: number;
  /** The fewest points of a leaf. */
  leaf?: number;
}

interface Growth {
  points: readonly (readonly number[])[];
  values: ArrayLike<number>;
  random: Random;
  leaf: number;
}

/**
 * Grows a forest (Breiman, "Random forests", 2001): each tree on as many points, drawn with replacement, and
 * each cut the best over a random half of the coordinates.
 *
 * @throws if there are no points, or not as many values
 */
export function growForest(
  points: readonly (readonly number[])[],
  values: ArrayLike<number>,
  { random, trees = 64, leaf = 2 }: ForestOptions,
): Tree[] {
  if (points.length === 0 || points.length !== values.length) {
    throw new Error(
      `A forest needs points with a value each, got ${points.length} and ${values.length}.`,
    );
  }
  return Array.from({ length: trees }, () => {
    const drawn = Array.from(points, () => random.integer(points.length));
    return grow(drawn, { points, values, random, leaf });
  });
}

/** Returns what a tree says of a point. */
export function predict(tree: Tree, point: readonly number[]): number {
  if (tree.kind === 'leaf') return tree.value;
  return predict(point[tree.coordinate] < tree.at ? tree.below : tree.above, point);
}

function grow(places: number[], growth: Growth): Tree {
  const cut = bestCut(places, growth);
  if (cut === undefined) {
    const sum = places.reduce((total, place) => total + growth.values[place], 0);
    return { kind: 'leaf', value: sum / places.length };
  }
  const { coordinate, at } = cut;
  const isBelow = (place: number) => growth.points[place][coordinate] < at;
  return {
    kind: 'cut',
    coordinate,
    at,
    below: grow(places.filter(isBelow), growth),
    above: grow(
      places.filter((place) => !isBelow(place)),
      growth,
    ),
  };
}

interface Cut {
  coordinate: number;
  at: number;
  /** Sum over both parts of count times squared mean: the more, the less variance is left in them. */
  gain: number;
}

function bestCut(places: number[], growth: Growth): Cut | undefined {
  const dimensions = growth.points[0].length;
  const tried = Math.max(1, Math.ceil(dimensions / 2));
  let best: Cut | undefined;
  for (const coordinate of someOf(dimensions, tried, growth.random)) {
    const cut = bestCutAlong(coordinate, places, growth);
    if (cut !== undefined && (best === undefined || cut.gain > best.gain)) best = cut;
  }
  return best;
}

function bestCutAlong(coordinate: number, places: number[], growth: Growth): Cut | undefined {
  const { points, values, leaf } = growth;
  const sorted = [...places].sort((one, two) => points[one][coordinate] - points[two][coordinate]);
  const total = sorted.reduce((sum, place) => sum + values[place], 0);
  const count = sorted.length;
  // Any cut must leave less variance than none.
  let best: Cut | undefined;
  let least = total ** 2 / count + 1e-12;
  let below = 0;
  for (let index = 1; index < count; index++) {
    below += values[sorted[index - 1]];
    const [last, next] = [points[sorted[index - 1]][coordinate], points[sorted[index]][coordinate]];
    if (index < leaf || count - index < leaf || last === next) continue;
    const gain = below ** 2 / index + (total - below) ** 2 / (count - index);
    if (gain <= least) continue;
    least = gain;
    best = { coordinate, at: between(last, next), gain };
  }
  return best;
}

/** Returns what parts two numbers in halves: the higher one where there is nothing between them. */
function between(low: number, high: number): number {
  const middle = (low + high) / 2;
  return middle > low ? middle : high;
}

/** Returns `wanted` different numbers from 0 to `count` - 1. */
function someOf(count: number, wanted: number, random: Random): number[] {
  const all = Array.from({ length: count }, (_, index) => index);
  for (let index = 0; index < wanted; index++) {
    const chosen = index + random.integer(count - index);
    [all[index], all[chosen]] = [all[chosen], all[index]];
  }
  return all.slice(0, wanted);
}
