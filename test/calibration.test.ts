import assert from 'node:assert/strict';
import test from 'node:test';
import {
  applyTemperature,
  expectedCalibrationError,
  fitTemperature,
  reliabilityBins,
} from '../lib/calibration';
import { logLoss, predictedClasses } from '../lib/evaluation';
import { createRandom } from '../lib/random';

/** Probabilities [images, 10] of random logits that are spread by `scale`. */
function randomProbabilities(images: number, scale: number): Float32Array {
  const random = createRandom(7);
  const logits = Array.from({ length: images * 10 }, () => random.normal() * scale);
  const rows = Array.from({ length: images }, (_, image) => {
    const powers = logits.slice(image * 10, image * 10 + 10).map(Math.exp);
    const sum = powers.reduce((total, power) => total + power, 0);
    return powers.map((power) => power / sum);
  });
  return Float32Array.from(rows.flat());
}

/** A label for each row, drawn with the row's own probabilities: perfectly calibrated. */
function drawLabels(probabilities: Float32Array): Uint8Array {
  const random = createRandom(8);
  return Uint8Array.from({ length: probabilities.length / 10 }, (_, image) => {
    let rest = random.uniform();
    const row = probabilities.subarray(image * 10, image * 10 + 10);
    const label = row.findIndex((probability) => {
      rest -= probability;
      return rest < 0;
    });
    return label < 0 ? 9 : label;
  });
}

test('reliabilityBins(probabilities, labels, { bins }) sorts images by their highest probability', () => {
  const probabilities = new Float32Array(40);
  probabilities.set([0.5, 0.5], 0);
  probabilities.set([0, 0.75], 10);
  probabilities.set([0.875], 20);
  probabilities.set([1], 30);
  const bins = reliabilityBins(probabilities, Uint8Array.of(0, 1, 0, 1), { bins: 4 });
  assert.deepEqual(bins, [
    { from: 0, to: 0.25, count: 0, confidence: 0, accuracy: 0 },
    { from: 0.25, to: 0.5, count: 1, confidence: 0.5, accuracy: 1 },
    { from: 0.5, to: 0.75, count: 1, confidence: 0.75, accuracy: 1 },
    { from: 0.75, to: 1, count: 2, confidence: 0.9375, accuracy: 0.5 },
  ]);
});

test('expectedCalibrationError(bins) weighs the gap of each bin by its images', () => {
  const bins = [
    { from: 0, to: 0.5, count: 1, confidence: 0.5, accuracy: 1 },
    { from: 0.5, to: 0.6, count: 0, confidence: 0, accuracy: 0 },
    { from: 0.6, to: 1, count: 3, confidence: 0.9, accuracy: 0.8 },
  ];
  assert.ok(Math.abs(expectedCalibrationError(bins) - (0.5 + 0.3) / 4) < 1e-12);
});

test('expectedCalibrationError(bins) is small for labels drawn from the probabilities', () => {
  const probabilities = randomProbabilities(5000, 2);
  const bins = reliabilityBins(probabilities, drawLabels(probabilities));
  assert.equal(bins.length, 15);
  assert.ok(expectedCalibrationError(bins) < 0.02);
});

test('fitTemperature(probabilities, labels) finds the minimum that SciPy finds', () => {
  // Six images of three classes; minimize_scalar of the log loss over 1 / temperature, bounded, SciPy 1.17.1.
  const rows = [
    [0.7, 0.2, 0.1],
    [0.1, 0.8, 0.1],
    [0.3, 0.3, 0.4],
    [0.6, 0.3, 0.1],
    [0.2, 0.5, 0.3],
    [0.05, 0.05, 0.9],
  ];
  const probabilities = new Float32Array(60);
  rows.forEach((row, image) => {
    probabilities.set(row, image * 10);
  });
  const labels = Uint8Array.of(0, 1, 2, 1, 1, 0);
  const temperature = fitTemperature(probabilities, labels);
  assert.ok(Math.abs(temperature - 1.90353318) < 1e-5, `${temperature}`);
  const fitted = applyTemperature(probabilities, temperature);
  assert.ok(Math.abs(logLoss(fitted, labels) - 0.9987585437588437) < 1e-6);
  const expected = [0.47963386, 0.33324764, 0.1871185];
  expected.forEach((probability, label) => {
    assert.ok(Math.abs(fitted[30 + label] - probability) < 1e-5);
  });
});

test('fitTemperature(probabilities, labels) takes back a sharpening', () => {
  const honest = randomProbabilities(5000, 2);
  const labels = drawLabels(honest);
  const sharpened = applyTemperature(honest, 0.5);
  assert.ok(Math.abs(fitTemperature(sharpened, labels) - 2) < 0.1);
  assert.ok(Math.abs(fitTemperature(honest, labels) - 1) < 0.05);
});

test('fitTemperature(probabilities, labels) of a classifier that is never wrong is the lowest one', () => {
  const probabilities = randomProbabilities(20, 1);
  const temperature = fitTemperature(probabilities, predictedClasses(probabilities));
  assert.ok(Math.abs(temperature - 0.05) < 1e-6);
});

test('applyTemperature(probabilities, temperature) keeps classes and sums, also where some are 0', () => {
  const probabilities = randomProbabilities(50, 20);
  probabilities.set([1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  for (const temperature of [0.1, 1, 5]) {
    const scaled = applyTemperature(probabilities, temperature);
    assert.deepEqual(predictedClasses(scaled), predictedClasses(probabilities));
    const sum = scaled.reduce((total, value) => total + value, 0);
    assert.ok(Math.abs(sum - 50) < 1e-4);
  }
  assert.throws(() => applyTemperature(probabilities, 0), /above 0, got 0/);
});

test('fitTemperature(probabilities, labels) refuses what does not belong together', () => {
  assert.throws(() => fitTemperature(new Float32Array(20), Uint8Array.of(1)), /got 20 for 1/);
  assert.throws(() => reliabilityBins(new Float32Array(0), new Uint8Array(0)), /at least one/);
});
