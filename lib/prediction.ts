/** Probabilities of a model for many images, through the compiled prediction. */
import type { tf } from './backend';
import type { Precision } from './graph/precision';
import { compilePrediction, type PredictionOptions } from './graph/prediction-graph';
import { classCount, imagePixels, imageShape } from './idx';
import { endIfRequested } from './interrupt';
import { demandShapes } from './model-format';
import { type ViewSet, viewSets } from './views';

export interface ViewsOptions {
  views?: ViewSet;
  /** Called now and then with how many of the images have been answered. */
  onProgress?: (done: number) => void;
}

/**
 * Returns the probabilities of each class, [count × 10], averaged over a set of views.
 *
 * @throws if the model is not from images of 28 × 28 pixels to ten classes
 * @param images count × 28 × 28 pixels: bytes from 0 to 255, or numbers from 0 to 1
 */
export async function predictProbabilities(
  model: tf.LayersModel,
  images: Uint8Array | Float32Array,
  { views = 'plain', precision, onProgress }: ViewsOptions & { precision?: Precision } = {},
): Promise<Float32Array> {
  demandShapes(model);
  return predictOnce(model, images, { views: viewSets[views], precision }, onProgress);
}

/** Compiles a model's prediction for so many images, and forgets it afterwards. */
async function predictOnce(
  model: tf.LayersModel,
  images: Uint8Array | Float32Array,
  options: Omit<PredictionOptions, 'shape' | 'most'>,
  onProgress?: (done: number) => void,
): Promise<Float32Array> {
  const most = images.length / imagePixels;
  const prediction = compilePrediction(model, { ...options, shape: imageShape, most });
  try {
    return await prediction.predict(images, onProgress);
  } finally {
    prediction.dispose();
  }
}

/**
 * Returns the probabilities, [count × 10], on each view of a set alone, in the set's order. The average of their
 * logits is what {@link predictProbabilities} gives for the set.
 *
 * @throws StoppedError if the user asks to stop
 * @param images count × 28 × 28 bytes
 */
export async function predictViews(
  model: tf.LayersModel,
  images: Uint8Array,
  { views = 'plain', onProgress }: ViewsOptions = {},
): Promise<Float32Array[]> {
  const looks = viewSets[views];
  const tell = (done: number) => {
    endIfRequested();
    onProgress?.(done);
  };
  const answers = await predictOnce(model, images, { views: looks, apart: true }, tell);
  return looks.map((_, look) => answersOf(answers, look, looks.length));
}

/** Returns the probabilities of one look of [count × looks × 10]. */
function answersOf(answers: Float32Array, look: number, looks: number): Float32Array {
  const ofAll = classCount * looks;
  const ofLook = new Float32Array(answers.length / looks);
  for (let image = 0; image < ofLook.length / classCount; image++) {
    const start = ofAll * image + classCount * look;
    ofLook.set(answers.subarray(start, start + classCount), classCount * image);
  }
  return ofLook;
}
