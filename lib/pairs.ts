/** Pairs of images that are very alike: of different classes, or one image twice. */
import { classNames, type Split } from './dataset';
import { replaceable } from './display';
import { closePlaces } from './duplicates';
import type { ClassNeighbours } from './neighbours';
import { imageGrid, tilesHtml } from './pictures';
import { imageAt } from './samples';

/** One image of a part of the data set. */
export interface Member {
  split: Split;
  place: number;
}

export interface Pair {
  first: Member;
  second: Member;
  /** Root mean square difference of the pixels, in grey levels of 255: 0 if they are the same. */
  difference: number;
}

/** How many pairs lie where. A pair of different labels is counted in one of the first three, too. */
export interface PairCounts {
  withinTraining: number;
  withinValidation: number;
  between: number;
  differentLabels: number;
}

/** Returns all pairs within and between two parts that differ by at most `limit` grey levels. */
export function closePairs(one: Split, other: Split, limit: number): Pair[] {
  const images = new Uint8Array(one.images.length + other.images.length);
  images.set(one.images);
  images.set(other.images, one.images.length);
  const member = (place: number): Member =>
    place < one.count ? { split: one, place } : { split: other, place: place - one.count };
  return closePlaces(images, limit).map(({ first, second, difference }) => ({
    first: member(first),
    second: member(second),
    difference,
  }));
}

/** Returns the most alike pairs of different classes, the closest first, no image twice. */
export function hardestPairs(neighbours: ClassNeighbours, count: number): Pair[] {
  const { queries, references, differences, places } = neighbours;
  const pairs = differences.map((row, query) => {
    const own = queries.labels[query];
    const others = row.map((value, label) => (label === own ? Number.POSITIVE_INFINITY : value));
    const label = others.indexOf(Math.min(...others));
    return { query, reference: places[query][label], difference: others[label] };
  });
  const possible = pairs.filter(({ difference }) => Number.isFinite(difference));
  possible.sort((one, other) => one.difference - other.difference);
  return withoutRepetition(possible)
    .slice(0, count)
    .map(({ query, reference, difference }) => ({
      first: { split: queries, place: query },
      second: { split: references, place: reference },
      difference,
    }));
}

/** Returns the pairs whose reference has not occurred before. */
function withoutRepetition<P extends { reference: number }>(pairs: readonly P[]): P[] {
  const seen = new Set<number>();
  return pairs.filter(({ reference }) => {
    const isNew = seen.has(reference) === false;
    seen.add(reference);
    return isNew;
  });
}

/** Returns the label of an image, 0 to 9. */
function labelOf({ split, place }: Member): number {
  return split.labels[place];
}

/** Returns where pairs lie, and how many of them have different labels. */
export function countPairs(pairs: readonly Pair[]): PairCounts {
  const count = (matches: (pair: Pair) => boolean) => pairs.filter(matches).length;
  const within = (name: Split['name']) =>
    count(({ first, second }) => first.split.name === name && second.split.name === name);
  return {
    withinTraining: within('train'),
    withinValidation: within('validation'),
    between: count(({ first, second }) => first.split.name !== second.split.name),
    differentLabels: count(({ first, second }) => labelOf(first) !== labelOf(second)),
  };
}

/** Returns class and number in the original file of an image, such as `Coat no. 1234`. */
function nameOf(member: Member): string {
  const { split, place } = member;
  return `${classNames[labelOf(member)]} no. ${split.indices[place]}`;
}

/** Shows each pair side by side, with classes, numbers in the training file, and difference. */
export async function showPairs(pairs: readonly Pair[], scale = 3) {
  const images = ({ first, second }: Pair) =>
    [first, second].map(({ split, place }) => imageAt(split, place));
  const tiles = await Promise.all(
    pairs.map(async (pair) => ({
      png: await imageGrid(images(pair), { columns: 2, scale: 1, gap: 1 }),
      alt: `${nameOf(pair.first)}\n${nameOf(pair.second)}\n${pair.difference.toFixed(1)} levels apart`,
    })),
  );
  const text = tiles.map(({ alt }) => alt.split('\n').join(', ')).join('\n');
  const none = 'There is no such pair.';
  const html = tiles.length === 0 ? `<p>${none}</p>` : tilesHtml(tiles, 57 * scale);
  replaceable().show(html, text || none);
}
