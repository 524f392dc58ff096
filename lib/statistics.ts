/** How far a measured number can be trusted: intervals, spreads, and tests of differences. */

export interface Interval {
  low: number;
  high: number;
}

/** Returns the sum; 0 of nothing. */
export function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let index = 0; index < values.length; index++) total += values[index];
  return total;
}

/** Returns the arithmetic mean; NaN of nothing. */
export function mean(values: ArrayLike<number>): number {
  return sum(values) / values.length;
}

/** Returns the standard deviation of a sample (divided by n − 1); NaN of fewer than two values. */
export function deviation(values: ArrayLike<number>): number {
  const center = mean(values);
  const squares = Array.from(values, (value) => (value - center) ** 2);
  return values.length < 2 ? Number.NaN : Math.sqrt(sum(squares) / (values.length - 1));
}

/**
 * Returns the arithmetic mean with the interval that holds the mean of all such values in 95 of 100 cases, by the
 * normal distribution: for samples of hundreds or more.
 */
export function meanInterval(values: ArrayLike<number>): Interval & { mean: number } {
  const center = mean(values);
  const half = (normalQuantile(0.975) * deviation(values)) / Math.sqrt(values.length);
  return { mean: center, low: center - half, high: center + half };
}

/** Returns the middle value, or the mean of the two middle ones; NaN of nothing. */
export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}

/**
 * Returns the value that a share of the values lies below, 0 to 1, interpolated linearly between two
 * (type 7 of Hyndman & Fan, "Sample quantiles in statistical packages", 1996); NaN of nothing.
 */
export function quantile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  const place = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return below + (above - below) * (place - Math.floor(place));
}

/**
 * Returns the interval that the true share lies in, given `correct` of `total`.
 *
 * Wilson, "Probable inference, the law of succession, and statistical inference", 1927, without
 * correction of continuity. Unlike the usual ± formula it stays inside 0 to 1 and holds near its ends.
 *
 * @throws if the counts are no whole numbers with 0 ≤ correct ≤ total and total > 0
 */
export function wilsonInterval(
  correct: number,
  total: number,
  { confidence = 0.95 }: { confidence?: number } = {},
): Interval {
  demandCounts(correct, total);
  const z = normalQuantile((1 + confidence) / 2);
  const share = correct / total;
  const scale = 1 + z ** 2 / total;
  const center = (share + z ** 2 / (2 * total)) / scale;
  const half = (z / scale) * Math.sqrt((share * (1 - share)) / total + (z / (2 * total)) ** 2);
  return {
    low: correct === 0 ? 0 : center - half,
    high: correct === total ? 1 : center + half,
  };
}

/**
 * Returns how likely two classifiers that are equally good differ at least this much: the exact two-sided
 * probability of McNemar's test ("Note on the sampling error of the difference between correlated
 * proportions", 1947). Use it where both were shown the same images.
 *
 * @param onlyFirst images that only the first classifier recognises
 * @param onlySecond images that only the second recognises
 */
export function mcnemar(onlyFirst: number, onlySecond: number): number {
  const discordant = onlyFirst + onlySecond;
  demandCounts(onlyFirst, discordant, { least: 0 });
  let probability = 0;
  // Logarithms, as 2^discordant and the binomial coefficients leave the range of numbers.
  let logarithm = -discordant * Math.LN2;
  for (let count = 0; count <= Math.min(onlyFirst, onlySecond); count++) {
    probability += Math.exp(logarithm);
    logarithm += Math.log((discordant - count) / (count + 1));
  }
  return Math.min(1, 2 * probability);
}

/** A share as it was counted. */
export interface Proportion {
  correct: number;
  total: number;
}

/**
 * Returns how likely two equally good classifiers differ at least this much, on images of their own: the
 * two-sided probability of the z test of two proportions with pooled variance (Fleiss, Levin & Paik,
 * "Statistical Methods for Rates and Proportions", 3rd edition, 2003, section 3.2, without correction).
 */
export function twoProportions(first: Proportion, second: Proportion): number {
  demandCounts(first.correct, first.total);
  demandCounts(second.correct, second.total);
  const difference = first.correct / first.total - second.correct / second.total;
  const pooled = (first.correct + second.correct) / (first.total + second.total);
  const variance = pooled * (1 - pooled) * (1 / first.total + 1 / second.total);
  return difference === 0 ? 1 : 2 * normalTail(Math.abs(difference) / Math.sqrt(variance));
}

/** A difference of two means, and how far it can be trusted. */
export interface Difference extends Interval {
  /** The first mean less the second. */
  difference: number;
  /** How likely two samples of equal means differ at least this much. */
  probability: number;
}

/**
 * Returns how far the means of two samples are apart, with the interval that holds the true difference in
 * 95 of 100 cases (Welch, "The generalization of Student's problem when several different population
 * variances are involved", 1947).
 *
 * @throws if a sample has fewer than two values, or none of them differ
 */
export function welch(first: ArrayLike<number>, second: ArrayLike<number>): Difference {
  const parts = [first, second].map((values) => deviation(values) ** 2 / values.length);
  const error = Math.sqrt(parts[0] + parts[1]);
  if (!(error > 0)) throw new RangeError('Expected two samples of two or more values that differ.');
  const freedom =
    error ** 4 / (parts[0] ** 2 / (first.length - 1) + parts[1] ** 2 / (second.length - 1));
  const difference = mean(first) - mean(second);
  const half = error * bisect((t) => studentTails(t, freedom) < 0.05, 1e4);
  return {
    difference,
    low: difference - half,
    high: difference + half,
    probability: studentTails(Math.abs(difference) / error, freedom),
  };
}

/**
 * The probability that Student's t lies beyond ± `t`. With t = √freedom · tan(angle) its density becomes
 * cos(angle) ^ (freedom − 1), which is summed by Simpson's rule.
 */
function studentTails(t: number, freedom: number): number {
  const density = (angle: number) => Math.cos(angle) ** (freedom - 1);
  const start = Math.atan(t / Math.sqrt(freedom));
  return integral(density, start, Math.PI / 2) / integral(density, 0, Math.PI / 2);
}

function integral(of: (x: number) => number, from: number, to: number): number {
  const steps = 2000;
  const width = (to - from) / steps;
  let total = 0;
  for (let step = 0; step <= steps; step++) {
    const weight = step === 0 || step === steps ? 1 : step % 2 === 0 ? 2 : 4;
    total += weight * of(from + step * width);
  }
  return (total * width) / 3;
}

/**
 * Returns the probability that a standard normal number is below `z`.
 *
 * Series of Marsaglia, "Evaluating the normal distribution", Journal of Statistical Software 11(4), 2004.
 */
export function normalBelow(z: number): number {
  if (Math.abs(z) > 8) return z > 0 ? 1 : 0;
  let term = z;
  let series = z;
  for (let factor = 3; series + term !== series; factor += 2) {
    term *= z ** 2 / factor;
    series += term;
  }
  return 0.5 + (series * Math.exp(-(z ** 2) / 2)) / Math.sqrt(2 * Math.PI);
}

function normalTail(z: number): number {
  return Math.max(0, 1 - normalBelow(z));
}

/** The number that a standard normal one is below with this probability, by bisection. */
function normalQuantile(probability: number): number {
  if (!(probability > 0.5 && probability < 1)) {
    throw new RangeError(`A confidence lies between 0 and 1, got ${2 * probability - 1}.`);
  }
  return bisect((z) => normalBelow(z) >= probability, 8);
}

/** The number from 0 to `most` from which on something holds. */
function bisect(holds: (x: number) => boolean, most: number): number {
  let [low, high] = [0, most];
  while (true) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) return middle;
    if (holds(middle)) high = middle;
    else low = middle;
  }
}

function demandCounts(part: number, total: number, { least = 1 } = {}): void {
  const whole = Number.isInteger(part) && Number.isInteger(total);
  if (whole && part >= 0 && part <= total && total >= least) return;
  throw new RangeError(`Expected whole numbers from 0 to their total, got ${part} of ${total}.`);
}
