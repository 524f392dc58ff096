/** Points for the curves of a training between its epochs: what was measured since the point before. */
import type { TrainingProgress } from './training-progress';

/** Means over the images since the point before, or since the epoch began. */
export interface TrainingPoint {
  /** Epochs done at its end, with the share of the present one. */
  epoch: number;
  loss: number;
  accuracy: number;
}

/** Sums over the present epoch, in units of a whole epoch. */
interface Sums {
  /** The whole epochs before. */
  start: number;
  share: number;
  loss: number;
  accuracy: number;
}

/**
 * Returns a function to call after each step: from time to time, and at the end of each epoch, it has a point.
 * It is handed means over the epoch so far; these lag behind, and jump where an epoch begins.
 */
export function trainingPoints(
  pointsAnEpoch: number,
): (progress: TrainingProgress) => TrainingPoint | undefined {
  let before: Sums | undefined;
  return ({ epoch, loss, accuracy }) => {
    const start = Math.max(0, Math.ceil(epoch) - 1);
    const share = epoch - start;
    const now = { start, share, loss: share * loss, accuracy: share * accuracy };
    // A training that goes on within an epoch has no point to measure from: that epoch's mean has to do.
    const from = before?.start === start ? before : { start, share: 0, loss: 0, accuracy: 0 };
    const part = share - from.share;
    if (part <= 0 || (part < 1 / pointsAnEpoch && share < 1)) return undefined;
    before = now;
    const mean = (key: 'loss' | 'accuracy') => (now[key] - from[key]) / part;
    return { epoch, loss: mean('loss'), accuracy: mean('accuracy') };
  };
}
