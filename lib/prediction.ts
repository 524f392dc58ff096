/** Probabilities of a model for many images, through the compiled prediction. */
import { tf } from './backend';
import type { Precision } from './graph/precision';
import { compilePrediction, type View } from './graph/prediction-graph';
import { demandShapes } from './model-format';
import { type ViewSet, viewSets } from './views';

const shape: [number, number, number] = [28, 28, 1];

/**
 * Returns the probabilities of each class, [count × 10], averaged over a set of views.
 *
 * @throws if the model is not from images of 28 × 28 pixels to ten classes
 * @param images count × 28 × 28 pixels: bytes from 0 to 255, or numbers from 0 to 1
 */
export async function predictProbabilities(
  model: tf.LayersModel,
  images: Uint8Array | Float32Array,
  { views = 'plain', precision }: { views?: ViewSet; precision?: Precision } = {},
): Promise<Float32Array> {
  demandShapes(model);
  const prediction = compilePrediction(model, { shape, views: viewSets[views], precision });
  try {
    return await prediction.predict(images);
  } finally {
    prediction.dispose();
  }
}

export interface ViewsOptions {
  views?: ViewSet;
  /** Called after each view. */
  onView?: () => void;
}

/**
 * Returns the probabilities, [count × 10], on each view of a set alone, in the set's order. The average of their
 * logits is what {@link predictProbabilities} gives for the set.
 *
 * @param images count × 28 × 28 bytes
 */
export async function predictViews(
  model: tf.LayersModel,
  images: Uint8Array,
  { views = 'plain', onView }: ViewsOptions = {},
): Promise<Float32Array[]> {
  const prediction = compilePrediction(model, { shape });
  const answers: Float32Array[] = [];
  try {
    for (const view of viewSets[views]) {
      answers.push(await prediction.predict(seen(images, view)));
      onView?.();
    }
  } finally {
    prediction.dispose();
  }
  return answers;
}

/** The pixels of a view of images, from 0 to 1. */
function seen(images: Uint8Array, view: View): Float32Array {
  return tf.tidy(() => {
    const pixels = Float32Array.from(images, (pixel) => pixel / 255);
    return view(tf.tensor4d(pixels, [images.length / 784, ...shape])).dataSync<'float32'>();
  });
}
