/**
 * Labels that a classifier doubts (Northcutt, Jiang & Chuang, "Confident learning: estimating uncertainty in
 * dataset labels", Journal of Artificial Intelligence Research 70, 2021).
 *
 * `probabilities` are [n, 10], one row an image, from a classifier that was not trained on these images:
 * one that was has learned their labels by heart. `labels` are [n], 0 to 9.
 */
import { classNames } from './dataset';
import { classCount } from './idx';
import { sum } from './statistics';

/** An image whose label is doubted. */
export interface LabelIssue {
  /** The image's place among the labels. */
  place: number;
  label: number;
  /** The class it is counted as instead. */
  suggestion: number;
  /** The probabilities given to both. */
  labelProbability: number;
  suggestionProbability: number;
}

/**
 * Returns each class's threshold: the mean probability that images of a label get for that label. A class
 * of which the classifier is never sure has a low one. Infinite for a class without images.
 */
export function classThresholds(probabilities: Float32Array, labels: Uint8Array): number[] {
  checkCounts(probabilities, labels);
  const sums = classNames.map(() => ({ count: 0, probability: 0 }));
  labels.forEach((label, place) => {
    sums[label].count++;
    sums[label].probability += probabilities[place * classCount + label];
  });
  return sums.map(({ count, probability }) =>
    count === 0 ? Number.POSITIVE_INFINITY : probability / count,
  );
}

/**
 * Returns the class that each image confidently belongs to: the most probable one among those whose
 * threshold it reaches, or −1 if it reaches none (equation 1 of the paper).
 */
export function confidentClasses(probabilities: Float32Array, labels: Uint8Array): Int8Array {
  const thresholds = classThresholds(probabilities, labels);
  return Int8Array.from(labels, (_, place) => {
    const row = probabilities.subarray(place * classCount, (place + 1) * classCount);
    const reached = row.map((probability, label) =>
      probability >= thresholds[label] ? probability : -1,
    );
    const most = Math.max(...reached);
    return most < 0 ? -1 : reached.indexOf(most);
  });
}

/** Returns how many images of each label (row) confidently belong to which class (column). */
export function confidentJoint(probabilities: Float32Array, labels: Uint8Array): number[][] {
  const joint = classNames.map(() => new Array<number>(classCount).fill(0));
  confidentClasses(probabilities, labels).forEach((suggestion, place) => {
    if (suggestion >= 0) joint[labels[place]][suggestion]++;
  });
  return joint;
}

/** Returns how many images of each label are doubted, and the class that most of them are like, or −1. */
export function doubtsOfLabels(
  joint: readonly number[][],
): { count: number; suggestion: number }[] {
  return joint.map((row, label) => {
    const others = row.map((count, other) => (other === label ? 0 : count));
    const count = sum(others);
    return { count, suggestion: count === 0 ? -1 : others.indexOf(Math.max(...others)) };
  });
}

/**
 * Returns the images that confidently belong to another class than their label, those first whose
 * suggestion is the most probable compared with the label (the margin of section 3.2 of the paper).
 */
export function labelIssues(probabilities: Float32Array, labels: Uint8Array): LabelIssue[] {
  const issues = Array.from(confidentClasses(probabilities, labels), (suggestion, place) => ({
    place,
    label: labels[place],
    suggestion,
    labelProbability: probabilities[place * classCount + labels[place]],
    suggestionProbability: probabilities[place * classCount + suggestion],
  })).filter(({ label, suggestion }) => suggestion >= 0 && suggestion !== label);
  return issues.sort((one, other) => margin(other) - margin(one));
}

function margin({ labelProbability, suggestionProbability }: LabelIssue): number {
  return suggestionProbability - labelProbability;
}

function checkCounts(probabilities: Float32Array, labels: Uint8Array): void {
  if (labels.length > 0 && probabilities.length === labels.length * classCount) return;
  throw new Error(
    `Expected ${classCount} probabilities for each of at least one label, ` +
      `got ${probabilities.length} for ${labels.length}.`,
  );
}
