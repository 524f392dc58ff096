/**
 * What a classifier's probabilities are worth, against the labels.
 *
 * `probabilities` are always [n, 10], one row an image; `labels` are [n], 0 to 9. Shares are 0 to 1.
 */
import { classCount } from './idx';
import { mean, sum } from './statistics';

export interface ClassReport {
  label: number;
  /** Share of the images predicted as this class that are of it; 0 if none was predicted. */
  precision: number;
  /** Share of this class's images that are predicted as it; 0 if there are none. */
  recall: number;
  /** Harmonic mean of both. */
  f1: number;
  /** Images of this class. */
  support: number;
}

export interface Mistake {
  /** The image's place in the split. */
  index: number;
  label: number;
  prediction: number;
  /** The probability given to the prediction, and the one given to the label. */
  confidence: number;
  labelProbability: number;
}

export interface RejectionPoint {
  /** Share of the images that are left to somebody else, the least confident first. */
  rejected: number;
  /** Share of the remaining images that are recognised. */
  accuracy: number;
  /** The least confidence among the remaining images. */
  threshold: number;
}

/** Returns each image's most probable class, the lower one of two that are equal. */
export function predictedClasses(probabilities: Float32Array): Uint8Array {
  const count = probabilities.length / classCount;
  if (!Number.isInteger(count)) {
    throw new Error(
      `${probabilities.length} numbers are not ${classCount} probabilities an image.`,
    );
  }
  return Uint8Array.from({ length: count }, (_, image) => {
    const row = probabilities.subarray(image * classCount, (image + 1) * classCount);
    if (row.some(Number.isNaN)) {
      throw new Error(
        `Image ${image} has a probability that is not a number: train the model anew.`,
      );
    }
    return row.indexOf(Math.max(...row));
  });
}

/** Returns the most probable classes of one image, the most probable first. */
export function topClasses(
  probabilities: Float32Array,
  image: number,
  count: number,
): { label: number; probability: number }[] {
  const row = probabilities.subarray(image * classCount, (image + 1) * classCount);
  return Array.from(row, (probability, label) => ({ label, probability }))
    .sort((first, second) => second.probability - first.probability)
    .slice(0, count);
}

/** Returns the share of images whose most probable class is their label. */
export function accuracy(probabilities: Float32Array, labels: Uint8Array): number {
  return correctCount(probabilities, labels) / labels.length;
}

/** Returns the number of images whose most probable class is their label. */
export function correctCount(probabilities: Float32Array, labels: Uint8Array): number {
  return sum(rightAnswers(probabilities, labels));
}

/** Returns for each image 1 where its most probable class is its label, 0 where it is another. */
export function rightAnswers(probabilities: Float32Array, labels: Uint8Array): Uint8Array {
  const predictions = checkedPredictions(probabilities, labels);
  return labels.map((label, image) => Number(label === predictions[image]));
}

/** Returns how many images of each class (row) are taken for which class (column). */
export function confusionMatrix(probabilities: Float32Array, labels: Uint8Array): number[][] {
  const predictions = checkedPredictions(probabilities, labels);
  const matrix = Array.from({ length: classCount }, () => new Array<number>(classCount).fill(0));
  labels.forEach((label, image) => {
    matrix[label][predictions[image]]++;
  });
  return matrix;
}

/** Returns precision, recall, F1 and count of each class, in the order of the labels. */
export function classReport(probabilities: Float32Array, labels: Uint8Array): ClassReport[] {
  const matrix = confusionMatrix(probabilities, labels);
  return matrix.map((row, label) => {
    const support = sum(row);
    const predicted = sum(matrix.map((counts) => counts[label]));
    return {
      label,
      precision: share(row[label], predicted),
      recall: share(row[label], support),
      f1: share(2 * row[label], predicted + support),
      support,
    };
  });
}

/**
 * Returns the mean negative natural logarithm of the probability given to the label: the loss. A probability
 * below 1e-7 counts as 1e-7, as in Keras, so that one image cannot make it infinite.
 */
export function logLoss(probabilities: Float32Array, labels: Uint8Array): number {
  checkedPredictions(probabilities, labels);
  const losses = Array.from(labels, (label, image) => {
    return -Math.log(Math.max(1e-7, probabilities[image * classCount + label]));
  });
  return mean(losses);
}

/** Returns the mistakes made with the highest confidence, the most confident first. */
export function topMistakes(
  probabilities: Float32Array,
  labels: Uint8Array,
  count: number,
): Mistake[] {
  const predictions = checkedPredictions(probabilities, labels);
  const mistakes = Array.from(labels, (label, index) => ({
    index,
    label,
    prediction: predictions[index],
    confidence: probabilities[index * classCount + predictions[index]],
    labelProbability: probabilities[index * classCount + label],
  }));
  return mistakes
    .filter(({ label, prediction }) => label !== prediction)
    .sort((first, second) => second.confidence - first.confidence)
    .slice(0, count);
}

/**
 * Returns the accuracy that is left as more and more of the least confident images are rejected.
 *
 * @param options.points how many shares to look at, evenly from 0 to `most`
 */
export function rejectionCurve(
  probabilities: Float32Array,
  labels: Uint8Array,
  { points = 51, most = 0.5 }: { points?: number; most?: number } = {},
): RejectionPoint[] {
  const images = judgedAnswers(probabilities, labels).sort(
    (first, second) => second.confidence - first.confidence,
  );
  return Array.from({ length: points }, (_, point) => {
    const rejected = points === 1 ? 0 : (most * point) / (points - 1);
    const kept = images.slice(0, Math.max(1, Math.round((1 - rejected) * images.length)));
    return {
      rejected: 1 - kept.length / images.length,
      accuracy: kept.filter(({ correct }) => correct).length / kept.length,
      threshold: kept[kept.length - 1].confidence,
    };
  });
}

/** Returns what is left if all images below a confidence are rejected; an accuracy of 0 if that is every one. */
export function rejectionAt(
  probabilities: Float32Array,
  labels: Uint8Array,
  threshold: number,
): RejectionPoint {
  const kept = judgedAnswers(probabilities, labels).filter(
    ({ confidence }) => confidence >= threshold,
  );
  return {
    rejected: 1 - kept.length / labels.length,
    accuracy: share(kept.filter(({ correct }) => correct).length, kept.length),
    threshold,
  };
}

function judgedAnswers(
  probabilities: Float32Array,
  labels: Uint8Array,
): { correct: boolean; confidence: number }[] {
  const predictions = checkedPredictions(probabilities, labels);
  return Array.from(labels, (label, image) => ({
    correct: label === predictions[image],
    confidence: probabilities[image * classCount + predictions[image]],
  }));
}

/**
 * Returns the images that only one of two classifiers recognises: what `mcnemar` of `statistics.ts` asks for.
 */
export function discordantCounts(
  first: Float32Array,
  second: Float32Array,
  labels: Uint8Array,
): { onlyFirst: number; onlySecond: number } {
  const [one, other] = [checkedPredictions(first, labels), checkedPredictions(second, labels)];
  const counts = { onlyFirst: 0, onlySecond: 0 };
  labels.forEach((label, image) => {
    if (one[image] === label && other[image] !== label) counts.onlyFirst++;
    if (one[image] !== label && other[image] === label) counts.onlySecond++;
  });
  return counts;
}

/** The predictions, after a look at whether probabilities and labels belong together. */
function checkedPredictions(probabilities: Float32Array, labels: Uint8Array): Uint8Array {
  if (labels.length === 0 || probabilities.length !== labels.length * classCount) {
    throw new Error(
      `Expected ${classCount} probabilities for each of at least one label, ` +
        `got ${probabilities.length} for ${labels.length}.`,
    );
  }
  const wrong = labels.findIndex((label) => label >= classCount);
  if (wrong >= 0) throw new Error(`Label ${wrong} is ${labels[wrong]}, expected 0 to 9.`);
  return predictedClasses(probabilities);
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
