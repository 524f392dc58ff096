/** How fast a model answers. */
import type { tf } from './backend';
import { compilePrediction } from './graph/prediction-graph';
import { imagePixels, imageSide } from './idx';
import { median } from './statistics';
import { type ViewSet, viewSets } from './views';

export interface PredictionSpeed {
  /** Many images at a time. */
  imagesPerSecond: number;
  /** The time until the answer to a single image. */
  milliseconds: number;
}

export interface SpeedOptions {
  views?: ViewSet;
  /** Images at a time. */
  batchSize?: number;
  /** How often each is measured; the median counts. */
  repetitions?: number;
  /** Milliseconds since some moment. */
  now?: () => number;
}

/** Returns the speed of the compiled prediction on the device in use, without the compiling. */
export async function predictionSpeed(
  model: tf.LayersModel,
  {
    views = 'plain',
    batchSize = 250,
    repetitions = 3,
    now = () => performance.now(),
  }: SpeedOptions = {},
): Promise<PredictionSpeed> {
  const seconds = async (images: number) => {
    const shape: [number, number, number] = [imageSide, imageSide, 1];
    const options = { shape, batchSize: images, views: viewSets[views] };
    const prediction = compilePrediction(model, options);
    const pixels = new Uint8Array(images * imagePixels);
    try {
      return await medianSeconds(() => prediction.predict(pixels), { repetitions, now });
    } finally {
      prediction.dispose();
    }
  };
  return {
    imagesPerSecond: batchSize / (await seconds(batchSize)),
    milliseconds: 1000 * (await seconds(1)),
  };
}

/** The first run sets things up and does not count. */
async function medianSeconds(
  action: () => Promise<unknown>,
  { repetitions, now }: Required<Pick<SpeedOptions, 'repetitions' | 'now'>>,
): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run <= repetitions; run++) {
    const start = now();
    await action();
    times.push((now() - start) / 1000);
  }
  return median(times.slice(1));
}
