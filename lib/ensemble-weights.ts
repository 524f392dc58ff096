/**
 * How much each member of an ensemble should count: by greedy selection, by fitted weights, and how much of the
 * gain is left on images that the choice has not seen.
 *
 * `list` is always one [n, 10] of probabilities a member, of the same images in the same order; weights are one
 * a member, from 0 to 1, with the sum 1.
 */
import { averageProbabilities } from './ensemble';
import { accuracy, discordantCounts, logLoss } from './evaluation';
import { classCount } from './idx';
import { stratifiedSplit } from './split';
import { mcnemar, sum } from './statistics';

/** Chooses the members' weights by images whose labels are known. */
export type Chooser = (list: readonly Float32Array[], labels: Uint8Array) => number[];

/** One member taken into a greedy selection. */
export interface GreedyStep {
  member: number;
  /** How often each member has been taken so far. */
  counts: number[];
  /** Of the ensemble so far, on the images it is chosen by. */
  accuracy: number;
  logLoss: number;
}

/** Gives all members the same weight. */
export const equalWeights: Chooser = (list) => list.map(() => 1 / list.length);

/** Gives all weight to the most accurate member. */
export const bestMember: Chooser = (list, labels) => greedySelection(list, labels, 1)[0].counts;

/** Gives weights by greedy selection: of its steps, those up to the most accurate ensemble. */
export const greedyWeights: Chooser = (list, labels) => {
  const best = greedySelection(list, labels).reduce((best, step) =>
    isBetter(step, best) ? step : best,
  );
  const taken = sum(best.counts);
  return best.counts.map((count) => count / taken);
};

/**
 * Takes the member, again and again, that makes the ensemble most accurate, of equal ones the one of least
 * log loss. A member may be taken more than once (Caruana et al., "Ensemble selection from libraries of models",
 * 2004, section 2.1).
 */
export function greedySelection(
  list: readonly Float32Array[],
  labels: Uint8Array,
  rounds = 2 * list.length,
): GreedyStep[] {
  const steps: GreedyStep[] = [];
  let counts = list.map(() => 0);
  for (let round = 0; round < rounds; round++) {
    const candidates = list.map((_, member) => {
      const tried = counts.map((count, other) => count + Number(other === member));
      return { member, counts: tried, ...quality(averageProbabilities(list, tried), labels) };
    });
    const step = candidates.reduce((best, one) => (isBetter(one, best) ? one : best));
    counts = step.counts;
    steps.push(step);
  }
  return steps;
}

/** How often weights are moved; each time they come closer, and long before nothing moves any more. */
const MOVES = 500;

/**
 * Returns the weights whose average has the least log loss: the likeliest shares of a mixture, found by
 * expectation and maximisation from equal ones (Dempster, Laird & Rubin, 1977). The loss has no second minimum.
 */
export const fittedWeights: Chooser = (list, labels) => {
  const given = list.map((probabilities) =>
    Float64Array.from(labels, (label, image) =>
      Math.max(1e-30, probabilities[image * classCount + label]),
    ),
  );
  let weights = equalWeights(list, labels);
  for (let move = 0; move < MOVES; move++) {
    const mixed = labels.reduce(
      (sums, _, image) => {
        const total = weights.reduce(
          (sum, weight, member) => sum + weight * given[member][image],
          0,
        );
        weights.forEach((weight, member) => {
          sums[member] += (weight * given[member][image]) / total;
        });
        return sums;
      },
      weights.map(() => 0),
    );
    weights = mixed.map((sum) => sum / labels.length);
  }
  return weights;
};

/** The ways to choose weights, by name. */
export const choosers: Record<string, Chooser> = {
  'best member': bestMember,
  'greedy selection': greedyWeights,
  'fitted weights': fittedWeights,
};

/**
 * Averages each image with weights that were chosen by the other half of the images. What is gained so, and only
 * so, can be expected of images that nobody has seen.
 *
 * @returns probabilities, [n, 10]
 */
export function crossFitted(
  list: readonly Float32Array[],
  labels: Uint8Array,
  choose: Chooser,
): Float32Array {
  const averaged = new Float32Array(labels.length * classCount);
  const [first, second] = halves(labels);
  for (const [seen, unseen] of [
    [first, second],
    [second, first],
  ]) {
    const weights = choose(
      list.map((probabilities) => rowsAt(probabilities, seen)),
      Uint8Array.from(seen, (place) => labels[place]),
    );
    const rows = averageProbabilities(
      list.map((probabilities) => rowsAt(probabilities, unseen)),
      weights,
    );
    unseen.forEach((place, row) => {
      averaged.set(rows.subarray(row * classCount, (row + 1) * classCount), place * classCount);
    });
  }
  return averaged;
}

/** What a way to choose weights is worth. Accuracies are shares of all images. */
export interface JudgedChoice {
  /** With weights chosen by the images that they are judged on: flattering. */
  seen: number;
  /** With weights chosen by the other half: honest. */
  unseen: number;
  /** How likely equal weights differ as much from the honest one by chance alone: McNemar's test. */
  chance: number;
}

/** Returns what a way to choose weights is worth, beside equal weights. */
export function judgeChoice(
  list: readonly Float32Array[],
  labels: Uint8Array,
  choose: Chooser,
): JudgedChoice {
  const unseen = crossFitted(list, labels, choose);
  const equal = averageProbabilities(list);
  const { onlyFirst, onlySecond } = discordantCounts(unseen, equal, labels);
  return {
    seen: accuracy(averageProbabilities(list, choose(list, labels)), labels),
    unseen: accuracy(unseen, labels),
    chance: mcnemar(onlyFirst, onlySecond),
  };
}

/** Returns the places of two halves of the images, each with half of every class. */
export function halves(labels: Uint8Array): [Int32Array, Int32Array] {
  const { train, validation } = stratifiedSplit(labels, {
    validation: Math.floor(labels.length / 2),
    seed: 1,
  });
  return [train, validation];
}

/** Returns the probabilities of the images at `places`, in that order. */
export function rowsAt(probabilities: Float32Array, places: Int32Array): Float32Array {
  const rows = new Float32Array(places.length * classCount);
  places.forEach((place, row) => {
    const values = probabilities.subarray(place * classCount, (place + 1) * classCount);
    rows.set(values, row * classCount);
  });
  return rows;
}

type Quality = Pick<GreedyStep, 'accuracy' | 'logLoss'>;

function quality(probabilities: Float32Array, labels: Uint8Array): Quality {
  return { accuracy: accuracy(probabilities, labels), logLoss: logLoss(probabilities, labels) };
}

function isBetter(one: Quality, other: Quality): boolean {
  if (one.accuracy !== other.accuracy) return one.accuracy > other.accuracy;
  return one.logLoss < other.logLoss;
}
