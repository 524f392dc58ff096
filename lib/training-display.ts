/** Shows a training's progress on a live display. */
import type { LiveDisplay } from './live';
import { type TrainingPoint, trainingPoints } from './training-points';
import type { TrainingProgress } from './training-progress';

/** How often the curves get a point within an epoch. */
const pointsAnEpoch = 20;

/** Returns a function to call after each step of a training; it updates `live`. */
export function trainingDisplay(live: LiveDisplay): (progress: TrainingProgress) => void {
  const next = trainingPoints(pointsAnEpoch);
  let within: TrainingPoint[] | undefined;
  return (progress) => {
    const { imagesDone, imagesTotal, epoch, epochs, rate, loss, accuracy, history } = progress;
    // A training that was taken up again has only the epochs of its earlier part.
    within ??= [...history];
    const point = next(progress);
    if (point !== undefined) within.push(point);
    live.update({
      title: `Training, epoch ${Math.ceil(epoch)} of ${epochs}`,
      done: imagesDone,
      total: imagesTotal,
      unit: 'images',
      loss,
      accuracy,
      learningRate: rate,
      curves: { training: within, validation: history, epochs },
    });
  };
}
