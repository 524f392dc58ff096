/** Trainings whose numbers have run away: nothing that follows is worth keeping. */

/** A training that cannot go on by its recipe; it would end the same way if it was resumed. */
export class DivergenceError extends Error {
  override name = 'DivergenceError';
}

/** Where a training was, for the words of an error. */
export interface Moment {
  /** Steps done. */
  step: number;
  /** The learning rate of the last one. */
  rate: number;
}

/** @throws DivergenceError if the loss of a step is no finite number */
export function demandFiniteLoss(loss: number, moment: Moment): void {
  if (!Number.isFinite(loss)) throw diverged(`The loss became ${loss}`, moment);
}

/** @throws DivergenceError if one of the numbers that a training consists of is not finite, with its name */
export function demandFiniteNumbers(
  arrays: Record<string, ArrayLike<number>>,
  moment: Moment,
): void {
  for (const [name, numbers] of Object.entries(arrays)) {
    for (let index = 0; index < numbers.length; index++) {
      if (Number.isFinite(numbers[index])) continue;
      throw diverged(`A number of ${name} became ${numbers[index]}`, moment);
    }
  }
}

function diverged(what: string, { step, rate }: Moment): DivergenceError {
  return new DivergenceError(
    `${what} in step ${step} at a learning rate of ${rate}. ` +
      'Train anew with a lower rate or a longer warmup.',
  );
}
