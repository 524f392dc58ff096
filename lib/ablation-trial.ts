/** One arm of the ablation, trained before one's eyes. */
import { type Arm, ablationData, armRecipe, trainOnce } from './ablation';
import type { Dataset } from './dataset';
import { interruptRequested } from './interrupt';
import { liveDisplay } from './live';
import type { TrainingResult } from './training';
import { trainingDisplay } from './training-display';

export interface Trial {
  arm: Arm;
  seed: number;
  /** Fewer than the ablation's own are not comparable with it. */
  epochs: number;
}

/** Trains an arm with a live display, in the precision that is faster here, and notes nothing. */
export async function watchArm(
  { arm, seed, epochs }: Trial,
  data: Dataset,
): Promise<TrainingResult> {
  const live = liveDisplay();
  let result: TrainingResult | undefined;
  try {
    result = await trainOnce(ablationData(data), {
      recipe: { ...armRecipe(arm, seed), epochs, precision: 'auto' },
      onProgress: trainingDisplay(live).onProgress,
      shouldStop: interruptRequested,
    });
  } finally {
    live.end(result?.state === 'finished' ? 'finished' : 'stopped');
  }
  return result;
}
