/** How accurate a network still is on images that get worse and worse. */
import type { tf } from './backend';
import { corrupt, corruptionSteps, corruptions, strengthText } from './corruption';
import type { Split } from './dataset';
import { correctCount } from './evaluation';
import { compilePrediction } from './graph/prediction-graph';
import { imageSide } from './idx';
import { endIfRequested } from './interrupt';

/** Images recognised under one corruption, by its steps: the first is 0, the images as they are. */
export interface RobustnessCurve {
  name: string;
  /** What was done in each step: `Shift: 4 pixels`. */
  texts: string[];
  correct: number[];
  /** Images that were shown. */
  total: number;
}

/**
 * Returns a curve for each corruption. Takes 26 predictions of each image with the usual five corruptions in
 * five steps.
 *
 * @throws StoppedError if the user asks to stop
 */
export async function robustnessCurves(
  model: tf.LayersModel,
  { images, labels, count }: Split,
  { seed, steps = corruptionSteps }: { seed: number; steps?: number },
): Promise<RobustnessCurve[]> {
  const shape: [number, number, number] = [imageSide, imageSide, 1];
  const prediction = compilePrediction(model, { shape, most: count });
  const correctOf = async (shown: Uint8Array | Float32Array) =>
    correctCount(await prediction.predict(shown, endIfRequested), labels);
  try {
    const untouched = await correctOf(images);
    const curves: RobustnessCurve[] = [];
    for (const corruption of corruptions) {
      const correct = [untouched];
      for (let step = 1; step <= steps; step++) {
        correct.push(await correctOf(corrupt(images, corruption, { steps: step, seed })));
      }
      const texts = correct.map((_, step) => strengthText(corruption, step));
      curves.push({ name: corruption.name, texts, correct, total: count });
    }
    return curves;
  } finally {
    prediction.dispose();
  }
}
