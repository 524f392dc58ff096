import assert from 'node:assert/strict';
import test from 'node:test';
import { type Arm, armRecipe } from '../lib/ablation';
import type { ArmTraining } from '../lib/ablation-record';
import { groupsOf, noiseOf, summarizeAblation } from '../lib/ablation-summary';

function training(arm: Arm, seed: number, validationAccuracy: number): ArmTraining {
  const rest = { trainingAccuracy: validationAccuracy + 0.02 } as ArmTraining;
  return { ...rest, arm, recipe: armRecipe(arm, seed), validationAccuracy };
}

const trainings = [
  training('flip', 2, 0.94),
  training('nothing', 1, 0.9),
  training('nothing', 2, 0.92),
  training('flip', 1, 0.93),
  training('erase', 1, 0.89),
];

test('summarizeAblation(trainings) compares each arm with no changes seed by seed, the best first', () => {
  const [flip, nothing, erase] = summarizeAblation(trainings);
  assert.deepEqual([flip.arm, nothing.arm, erase.arm], ['flip', 'nothing', 'erase']);
  assert.deepEqual(flip.accuracies, [0.93, 0.94]);
  assert.ok(Math.abs(flip.mean - 0.935) < 1e-12);
  assert.ok(Math.abs(flip.gain - 0.025) < 1e-12);
  assert.ok(Math.abs(flip.trainingAccuracy - 0.955) < 1e-12);
  assert.equal(nothing.gain, 0);
  // Against the seed that it has, not against the mean.
  assert.ok(Math.abs(erase.gain + 0.01) < 1e-12);
});

test('summarizeAblation(trainings) refuses a seed that was not trained without changes', () => {
  assert.throws(() => summarizeAblation([training('flip', 3, 0.9)]), /'flip' has seed 3/);
});

test('noiseOf(arms) is three standard errors of a difference of two means', () => {
  // Deviations √(1/2) · 0.02 and √(1/2) · 0.01, two seeds each.
  const variance = (0.0002 + 0.00005) / 2;
  const noise = noiseOf(summarizeAblation(trainings));
  assert.ok(Math.abs(noise - 3 * Math.sqrt(variance)) < 1e-12);
});

test('groupsOf(arms) names the seed of each value', () => {
  const [{ name, values, hover }] = groupsOf(summarizeAblation(trainings));
  assert.equal(name, 'flip');
  assert.deepEqual(values, [0.93, 0.94]);
  assert.deepEqual(hover, ['flip, seed 1: 93.00 %', 'flip, seed 2: 94.00 %']);
});
