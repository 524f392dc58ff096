/** Shows a training's progress on a live display. */
import type { LiveDisplay } from './live';
import type { TrainingProgress } from './training-progress';

/** How often the curves get a point within an epoch. */
const POINTS_AN_EPOCH = 20;

/** Returns a function to call after each step of a training; it updates `live`. */
export function trainingDisplay(live: LiveDisplay): (progress: TrainingProgress) => void {
  const within: { epoch: number; loss: number; accuracy: number }[] = [];
  return ({ imagesDone, imagesTotal, epoch, epochs, rate, loss, accuracy, history }) => {
    const last = within[within.length - 1]?.epoch ?? 0;
    if (epoch - last >= 1 / POINTS_AN_EPOCH) within.push({ epoch, loss, accuracy });
    const rows = [...within, ...history].sort((first, second) => first.epoch - second.epoch);
    live.update({
      title: `Training, epoch ${Math.ceil(epoch)} of ${epochs}`,
      done: imagesDone,
      total: imagesTotal,
      unit: 'images',
      loss,
      accuracy,
      learningRate: rate,
      history: rows,
    });
  };
}
