/** Splits the training images once, by a seed, so that every class is in both parts alike. */
import { createRandom, shuffle } from './random';
import { sum } from './statistics';

/** The seed of the split that every published number is based on. */
export const DEFAULT_SPLIT_SEED = 1;

export interface SplitOptions {
  /** How many of the labels go into the validation part. */
  validation: number;
  seed: number;
}

/** Places in the labels, each part in ascending order. */
export interface SplitIndices {
  train: Int32Array;
  validation: Int32Array;
}

/**
 * Returns a random split with each class's share of the validation part as close to its share of the
 * labels as whole numbers allow (largest remainders). The same labels, count and seed give the same
 * split on every machine.
 *
 * @throws if the count is not a whole number, or leaves nothing to train on
 */
export function stratifiedSplit(
  labels: ArrayLike<number>,
  { validation, seed }: SplitOptions,
): SplitIndices {
  if (!Number.isInteger(validation) || validation < 0 || validation >= labels.length) {
    throw new Error(
      `${validation} of ${labels.length} images to validate on: ` +
        `expected a whole number from 0 to ${labels.length - 1}.`,
    );
  }
  const random = createRandom(seed);
  const members = membersOfClasses(labels);
  const quotas = apportion(
    members.map((member) => member.length),
    validation,
  );
  const parts = members.map((member, label) => {
    const shuffled = shuffle(member, random);
    return { train: shuffled.slice(quotas[label]), validation: shuffled.slice(0, quotas[label]) };
  });
  return {
    train: Int32Array.from(parts.flatMap((part) => part.train)).sort(),
    validation: Int32Array.from(parts.flatMap((part) => part.validation)).sort(),
  };
}

/** The places of each label, in ascending order. */
function membersOfClasses(labels: ArrayLike<number>): number[][] {
  const members: number[][] = [];
  for (let place = 0; place < labels.length; place++) {
    const label = labels[place];
    while (members.length <= label) members.push([]);
    members[label].push(place);
  }
  return members;
}

/** Shares out `total` in proportion to `sizes` by largest remainders; ties go to the lower class. */
function apportion(sizes: number[], total: number): number[] {
  const all = sum(sizes);
  const quotas = sizes.map((size) => Math.floor((size * total) / all));
  const left = total - sum(quotas);
  const byRemainder = sizes
    .map((size, label) => ({ label, remainder: (size * total) % all }))
    .sort((one, other) => other.remainder - one.remainder || one.label - other.label);
  for (const { label } of byRemainder.slice(0, left)) quotas[label]++;
  return quotas;
}
