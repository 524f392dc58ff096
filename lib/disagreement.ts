/**
 * How differently several classifiers answer: an ensemble gains where they are wrong on different images.
 * Measures of Kuncheva & Whitaker, "Measures of diversity in classifier ensembles", 2003.
 *
 * `list` is always one [n, 10] of probabilities a classifier, of the same images in the same order.
 */
import { averageProbabilities } from './ensemble';
import { correctCount, predictedClasses } from './evaluation';
import { classCount } from './idx';
import { mean } from './statistics';

/** How many classifiers recognise how many of the images; shares of all images. */
export interface Coverage {
  /** Recognised by every one; by at least one (the oracle's accuracy); by none. */
  all: number;
  any: number;
  none: number;
  /** By none, and all say the same wrong class: no average can mend that. */
  sameMistake: number;
}

/** Two classifiers beside each other. */
export interface PairReport {
  /** Share of the images to which they give different classes. */
  disagreement: number;
  /** Share of the images that both get wrong. */
  doubleFault: number;
  /** The same as a share of the images that one of them gets wrong, on average; 0 if there are none. */
  sharedMistakes: number;
}

/** An image that classifiers disagree on. */
export interface DisputedImage {
  index: number;
  /** How many classifiers say which class; the class of most votes first. */
  votes: { label: number; count: number }[];
  /** How far their distributions are apart, in nats. */
  dispute: number;
}

/** Returns the share of images that are given different classes, for each pair; 0 on the diagonal. */
export function disagreementMatrix(list: readonly Float32Array[]): number[][] {
  const predictions = list.map(predictedClasses);
  return predictions.map((one) => predictions.map((other) => shareOfDifferent(one, other)));
}

/** Returns what all of several classifiers recognise, at least one, and none. */
export function coverage(list: readonly Float32Array[], labels: Uint8Array): Coverage {
  const predictions = list.map((probabilities) => predictionsOf(probabilities, labels));
  const counts = { all: 0, any: 0, none: 0, sameMistake: 0 };
  labels.forEach((label, image) => {
    const right = predictions.filter((classes) => classes[image] === label).length;
    counts.all += Number(right === list.length);
    counts.any += Number(right > 0);
    counts.none += Number(right === 0);
    const same = predictions.every((classes) => classes[image] === predictions[0][image]);
    counts.sameMistake += Number(right === 0 && same);
  });
  const share = (count: number) => count / labels.length;
  return {
    all: share(counts.all),
    any: share(counts.any),
    none: share(counts.none),
    sameMistake: share(counts.sameMistake),
  };
}

/** Compares two classifiers: were their mistakes independent, `sharedMistakes` would be their error itself. */
export function pairReport(
  first: Float32Array,
  second: Float32Array,
  labels: Uint8Array,
): PairReport {
  const [one, other] = [predictionsOf(first, labels), predictionsOf(second, labels)];
  let [wrong, both] = [0, 0];
  labels.forEach((label, image) => {
    const wrongHere = Number(one[image] !== label) + Number(other[image] !== label);
    wrong += wrongHere / 2;
    both += Number(wrongHere === 2);
  });
  return {
    disagreement: shareOfDifferent(one, other),
    doubleFault: both / labels.length,
    sharedMistakes: wrong === 0 ? 0 : both / wrong,
  };
}

/** Returns the mean of `sharedMistakes` over all pairs of two or more classifiers. */
export function sharedMistakes(list: readonly Float32Array[], labels: Uint8Array): number {
  const pairs = list.flatMap((one, place) =>
    list.slice(place + 1).map((other) => pairReport(one, other, labels)),
  );
  return mean(pairs.map((pair) => pair.sharedMistakes));
}

/**
 * Returns the images whose answers are furthest apart, the furthest first. The distance is the Jensen–Shannon
 * divergence: the entropy of the mean distribution less the mean of their entropies.
 */
export function mostDisputed(list: readonly Float32Array[], count: number): DisputedImage[] {
  const predictions = list.map(predictedClasses);
  const together = averageProbabilities(list);
  const images = Array.from(predictions[0], (_, index) => {
    const apart = list.reduce((sum, one) => sum + entropyAt(one, index), 0) / list.length;
    return {
      index,
      votes: votesOf(predictions.map((classes) => classes[index])),
      dispute: Math.max(0, entropyAt(together, index) - apart),
    };
  });
  return images.sort((first, second) => second.dispute - first.dispute).slice(0, count);
}

/** Returns the entropy of the distribution of one image, in nats: 0 where it is sure. */
export function entropyAt(probabilities: Float32Array, image: number): number {
  const row = probabilities.subarray(image * classCount, (image + 1) * classCount);
  return row.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0);
}

/** The predictions, after a look at whether probabilities and labels belong together. */
function predictionsOf(probabilities: Float32Array, labels: Uint8Array): Uint8Array {
  correctCount(probabilities, labels);
  return predictedClasses(probabilities);
}

function votesOf(classes: readonly number[]): DisputedImage['votes'] {
  return [...new Set(classes)]
    .map((label) => ({ label, count: classes.filter((one) => one === label).length }))
    .sort((first, second) => second.count - first.count);
}

function shareOfDifferent(one: Uint8Array, other: Uint8Array): number {
  const different = one.reduce((sum, value, image) => sum + Number(value !== other[image]), 0);
  return different / one.length;
}
