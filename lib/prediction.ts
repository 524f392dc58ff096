/** Probabilities of a model for many images, through the compiled prediction. */
import type { tf } from './backend';
import { compilePrediction } from './graph/prediction-graph';
import { demandShapes } from './model-format';
import { type ViewSet, viewSets } from './views';

/**
 * Returns the probabilities of each class, [count × 10], averaged over a set of views.
 *
 * @throws if the model is not from images of 28 × 28 pixels to ten classes
 * @param images count × 28 × 28 pixels: bytes from 0 to 255, or numbers from 0 to 1
 */
export async function predictProbabilities(
  model: tf.LayersModel,
  images: Uint8Array | Float32Array,
  { views = 'plain' }: { views?: ViewSet } = {},
): Promise<Float32Array> {
  demandShapes(model);
  const prediction = compilePrediction(model, { shape: [28, 28, 1], views: viewSets[views] });
  try {
    return await prediction.predict(images);
  } finally {
    prediction.dispose();
  }
}
