/** The options of transforms: their checks when a transform is made, and draws within their ranges. */
import { inspect } from 'node:util';
import { tf } from './backend';
import type { RandomStream } from './graph/random';

/** From the first number to the second; one number alone stands for −number to number. */
export type Range = number | readonly [low: number, high: number];

/** The numbers an option may have, both ends included. */
export interface Limits {
  low: number;
  high: number;
  /** What the option counts, such as `'degrees'`. */
  unit?: string;
  whole?: boolean;
}

/**
 * Checks an option that is one number.
 *
 * @param transform the name to blame
 * @param option the option by its name: `{ probability }`
 * @throws {RangeError} naming the option, its value and what was expected
 */
export function checkNumber(
  transform: string,
  option: Record<string, number>,
  limits: Limits,
): void {
  const [value] = Object.values(option);
  if (isWithin(value, limits) && (limits.whole !== true || Number.isInteger(value))) return;
  const kind = limits.whole === true ? 'a whole number' : 'a number';
  throw wrongOption(transform, option, `${kind} ${described(limits)}`);
}

/** Checks an option that is one of a few words. Throws as {@link checkNumber} does. */
export function checkWord(
  transform: string,
  option: Record<string, string>,
  words: readonly string[],
): void {
  if (words.includes(Object.values(option)[0])) return;
  throw wrongOption(transform, option, words.map((word) => `'${word}'`).join(' or '));
}

/**
 * Returns the ends of an option's range.
 *
 * @throws {RangeError} as {@link checkNumber} does
 */
export function checkRange(
  transform: string,
  option: Record<string, Range>,
  limits: Limits,
): [low: number, high: number] {
  const [range] = Object.values(option);
  const ends = typeof range === 'number' ? [-range, range] : Array.from(range ?? []);
  const [low, high] = ends;
  if (ends.length === 2 && low <= high && ends.every((end) => isWithin(end, limits))) {
    return [low, high];
  }
  throw wrongOption(transform, option, `[low, high] with both ${described(limits)}`);
}

/** The error for an option: `flip({ probability: 2 }): expected a number from 0 to 1.` */
export function wrongOption(
  transform: string,
  option: Record<string, unknown>,
  expected: string,
): RangeError {
  return new RangeError(`${transform}(${inspect(option)}): expected ${expected}.`);
}

function isWithin(value: number, { low, high }: Limits): boolean {
  return typeof value === 'number' && value >= low && value <= high;
}

function described({ low, high, unit }: Limits): string {
  return `from ${low} to ${high}${unit === undefined ? '' : ` ${unit}`}`;
}

/**
 * Draws from several ranges at once, evenly, for each of `count` images.
 *
 * @returns float32 [count] for each range, in their order; exactly `low` where both ends are the same
 */
export function drawWithin(
  random: RandomStream,
  count: number,
  ranges: readonly (readonly [low: number, high: number])[],
): tf.Tensor1D[] {
  const lows = tf.tensor2d(ranges.map(([low]) => [low]));
  const widths = tf.tensor2d(ranges.map(([low, high]) => [high - low]));
  const drawn = tf.add(tf.mul(random.uniform([ranges.length, count]), widths), lows);
  return tf.unstack(drawn) as tf.Tensor1D[];
}

/** Returns numbers of each image, [n], in a shape that spreads over its pixels: [n, 1, 1, 1]. */
export function perImage<T extends tf.Tensor>(values: T): tf.Tensor4D {
  return tf.reshape(values, [values.shape[0] as number, 1, 1, 1]);
}

/** Returns for each of `count` images whether it was chosen; bool [count]. */
export function choose(random: RandomStream, count: number, probability: number): tf.Tensor1D {
  return tf.less(random.uniform([count]), probability) as tf.Tensor1D;
}
