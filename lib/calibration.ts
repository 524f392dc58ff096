/** Whether a classifier is right as often as its probabilities say, and how to mend it if not. */
import { predictedClasses } from './evaluation';
import { classCount } from './idx';
import { sum } from './statistics';

/** Images whose highest probability lies above `from`, up to `to`. */
export interface ReliabilityBin {
  from: number;
  to: number;
  count: number;
  /** Mean of the highest probabilities; 0 without images. */
  confidence: number;
  /** Share of the images that are recognised; 0 without images. */
  accuracy: number;
}

/** Temperatures that are looked at: beyond them the probabilities say nothing any more. */
const TEMPERATURES = { low: 0.05, high: 20 };

/** Returns bins of equal width over the highest probability of each image, `probabilities` [n, 10]. */
export function reliabilityBins(
  probabilities: Float32Array,
  labels: Uint8Array,
  { bins = 15 }: { bins?: number } = {},
): ReliabilityBin[] {
  demandEqualCounts(probabilities, labels);
  const sums = Array.from({ length: bins }, () => ({ count: 0, confidence: 0, correct: 0 }));
  predictedClasses(probabilities).forEach((prediction, image) => {
    const confidence = probabilities[image * classCount + prediction];
    const bin = sums[Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1))];
    bin.count++;
    bin.confidence += confidence;
    bin.correct += Number(prediction === labels[image]);
  });
  return sums.map(({ count, confidence, correct }, bin) => ({
    from: bin / bins,
    to: (bin + 1) / bins,
    count,
    confidence: count === 0 ? 0 : confidence / count,
    accuracy: count === 0 ? 0 : correct / count,
  }));
}

/**
 * Returns the mean distance of confidence and accuracy over the images, as a share: equation 3 of Guo, Pleiss, Sun
 * & Weinberger, "On calibration of modern neural networks", 2017. It depends on the bins: name their number with it.
 */
export function expectedCalibrationError(bins: readonly ReliabilityBin[]): number {
  const images = sum(bins.map(({ count }) => count));
  return sum(
    bins.map(
      ({ count, accuracy, confidence }) => (count / images) * Math.abs(accuracy - confidence),
    ),
  );
}

/**
 * Returns the temperature that makes the probabilities [n, 10] fit the labels best, in log loss (Guo et al., 2017,
 * section 4.2): above 1 if the classifier is too sure of itself. Fit it on validation images.
 *
 * The logarithms of probabilities serve as logits: they differ by one constant an image, which cancels out. A
 * classifier that is never wrong has no best temperature; it gets the lowest that is looked at, 0.05.
 */
export function fitTemperature(probabilities: Float32Array, labels: Uint8Array): number {
  demandEqualCounts(probabilities, labels);
  const logits = Float64Array.from(probabilities, logarithm);
  // The loss is convex in 1 / temperature, so its slope has one zero, which halving closes in on.
  let [low, high] = [1 / TEMPERATURES.high, 1 / TEMPERATURES.low];
  for (let round = 0; round < 40; round++) {
    const middle = (low + high) / 2;
    if (slope(logits, labels, middle) < 0) low = middle;
    else high = middle;
  }
  return 2 / (low + high);
}

/** Returns the probabilities [n, 10] at another temperature; the predicted classes stay the same. */
export function applyTemperature(probabilities: Float32Array, temperature: number): Float32Array {
  if (!(temperature > 0)) throw new RangeError(`A temperature is above 0, got ${temperature}.`);
  const scaled = new Float32Array(probabilities.length);
  for (let start = 0; start < probabilities.length; start += classCount) {
    const row = Float64Array.from(probabilities.subarray(start, start + classCount), logarithm);
    scaled.set(softmax(row, 1 / temperature), start);
  }
  return scaled;
}

/** How the log loss of all images grows with the inverse temperature. */
function slope(logits: Float64Array, labels: Uint8Array, inverse: number): number {
  let sum = 0;
  labels.forEach((label, image) => {
    const row = logits.subarray(image * classCount, (image + 1) * classCount);
    const expected = softmax(row, inverse).reduce((mean, p, index) => mean + p * row[index], 0);
    sum += expected - row[label];
  });
  return sum;
}

/** Returns the probabilities that logits of one image stand for, at an inverse temperature. */
export function softmax(logits: Float64Array, inverse: number): Float64Array {
  const highest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp((logit - highest) * inverse));
  const total = sum(powers);
  return powers.map((power) => power / total);
}

/** Returns the logarithm. Float32 probabilities underflow to 0, whose logarithm would spoil every sum. */
export function logarithm(probability: number): number {
  return Math.log(Math.max(probability, 1e-38));
}

function demandEqualCounts(probabilities: Float32Array, labels: Uint8Array): void {
  if (labels.length > 0 && probabilities.length === labels.length * classCount) return;
  throw new Error(
    `Expected ${classCount} probabilities for each of at least one label, ` +
      `got ${probabilities.length} for ${labels.length}.`,
  );
}
