/** Shows a training's progress on a live display, also while teachers are asked before it. */
import type { LiveDisplay } from './live';
import { type TrainingPoint, trainingPoints } from './training-points';
import type { TrainingProgress } from './training-progress';

/** How often the curves get a point within an epoch. */
const pointsAnEpoch = 20;

/** What an experiment calls back. */
export interface TrainingDisplay {
  onProgress(progress: TrainingProgress): void;
  onTeachers(done: number, total: number): void;
}

/** Returns the functions that an experiment is to call; they update `live`. */
export function trainingDisplay(live: LiveDisplay): TrainingDisplay {
  return {
    onProgress: stepDisplay(live),
    onTeachers: (done, total) =>
      live.update({ title: 'Asking the teachers', done, total, unit: 'images' }),
  };
}

function stepDisplay(live: LiveDisplay): TrainingDisplay['onProgress'] {
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
