/** Learning rates as pure functions of how much of a training is done. */

/** Shapes of a learning rate over a training. Shares are of all its steps, 0 to 1. */
export type Schedule =
  /** The same rate from start to end. */
  | { kind: 'flat'; peak: number }
  /** Up in a line to the peak at share `warmup`, then down in a line to `final` of the peak. */
  | { kind: 'triangular'; peak: number; warmup: number; final: number }
  /** Up in a line to the peak at share `warmup`, then down along half a cosine to zero. */
  | { kind: 'cosine'; peak: number; warmup: number };

/**
 * Returns the learning rate at a point of a training.
 *
 * The triangle is of Smith, "Cyclical learning rates for training neural networks" (2017); the cosine
 * of Loshchilov & Hutter, "SGDR: stochastic gradient descent with warm restarts" (2017).
 *
 * @param done the share of the training's steps that is done, 0 to 1
 * @throws RangeError if the schedule or `done` is out of range
 */
export function learningRate(schedule: Schedule, done: number): number {
  checkShare('done', done);
  checkSchedule(schedule);
  if (schedule.kind === 'flat') return schedule.peak;
  if (done < schedule.warmup) return (schedule.peak * done) / schedule.warmup;
  const fallen = schedule.warmup === 1 ? 0 : (done - schedule.warmup) / (1 - schedule.warmup);
  return schedule.kind === 'triangular'
    ? schedule.peak * (1 - fallen * (1 - schedule.final))
    : (schedule.peak * (1 + Math.cos(Math.PI * fallen))) / 2;
}

/** @throws RangeError naming what is out of range in a schedule */
export function checkSchedule(schedule: Schedule): void {
  if (!(schedule.peak > 0 && Number.isFinite(schedule.peak))) {
    throw new RangeError(`The schedule's peak must be a rate above 0, got ${schedule.peak}.`);
  }
  if (schedule.kind === 'flat') return;
  checkShare('warmup', schedule.warmup);
  if (schedule.kind === 'triangular') checkShare('final', schedule.final);
}

function checkShare(name: string, value: number): void {
  if (value >= 0 && value <= 1) return;
  throw new RangeError(`The schedule's ${name} must be a share from 0 to 1, got ${value}.`);
}
