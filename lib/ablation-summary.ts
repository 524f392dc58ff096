/** What an ablation comes to: each arm's accuracies, and which differences are more than chance. */
import { type Arm, armNames } from './ablation';
import type { ArmTraining } from './ablation-record';
import type { Group } from './plot-spread';
import { deviation, mean } from './statistics';

/** One arm in numbers; accuracies are shares, on validation if nothing else is said. */
export interface ArmSummary {
  arm: Arm;
  /** One a seed, in the order of the seeds. */
  accuracies: number[];
  mean: number;
  /** Mean over the seeds of how much better it is than the training of the same seed without changes. */
  gain: number;
  /** Mean, on the changed training images of the last epoch. */
  trainingAccuracy: number;
}

/**
 * Returns the arms that were trained, the best first.
 *
 * @throws if an arm has a seed that was not trained without changes as well
 */
export function summarizeAblation(trainings: readonly ArmTraining[]): ArmSummary[] {
  const of = (arm: Arm) =>
    trainings
      .filter((training) => training.arm === arm)
      .sort((first, second) => first.recipe.seed - second.recipe.seed);
  const unchanged = new Map(
    of('nothing').map(({ recipe, validationAccuracy }) => [recipe.seed, validationAccuracy]),
  );
  return armNames
    .map((arm) => ({ arm, trained: of(arm) }))
    .filter(({ trained }) => trained.length > 0)
    .map(({ arm, trained }) => summarize(arm, trained, unchanged))
    .sort((first, second) => second.mean - first.mean);
}

function summarize(arm: Arm, trained: ArmTraining[], unchanged: Map<number, number>): ArmSummary {
  const accuracies = trained.map(({ validationAccuracy }) => validationAccuracy);
  const gains = trained.map(({ recipe, validationAccuracy }) => {
    const base = unchanged.get(recipe.seed);
    if (base !== undefined) return validationAccuracy - base;
    throw new Error(`'${arm}' has seed ${recipe.seed}, which was not trained without changes.`);
  });
  return {
    arm,
    accuracies,
    mean: mean(accuracies),
    gain: mean(gains),
    trainingAccuracy: mean(trained.map(({ trainingAccuracy }) => trainingAccuracy)),
  };
}

/** Standard errors that the largest of eleven differences without any cause exceeds in about 5 of 100 cases. */
const STANDARD_ERRORS = 3;

/**
 * Returns how far the mean of an arm must be from that without changes to be more than chance, also for the one of
 * many that is furthest: three standard errors, from the deviation between seeds that the arms have in common.
 */
export function noiseOf(arms: readonly ArmSummary[]): number {
  const repeated = arms.filter(({ accuracies }) => accuracies.length > 1);
  const variance = mean(repeated.map(({ accuracies }) => deviation(accuracies) ** 2));
  const seeds = mean(repeated.map(({ accuracies }) => accuracies.length));
  return STANDARD_ERRORS * Math.sqrt((2 * variance) / seeds);
}

/** Returns the arms as a chart of their seeds takes them. */
export function groupsOf(arms: readonly ArmSummary[]): Group[] {
  return arms.map(({ arm, accuracies }) => ({
    name: arm,
    values: accuracies,
    hover: accuracies.map(
      (accuracy, index) => `${arm}, seed ${index + 1}: ${(100 * accuracy).toFixed(2)} %`,
    ),
  }));
}
