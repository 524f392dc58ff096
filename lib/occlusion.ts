/** Which parts of an image a network needs: each is covered in turn, and its answer compared. */
import type { tf } from './backend';
import { compilePrediction } from './graph/prediction-graph';
import { classCount, imagePixels, imageSide } from './idx';
import { endIfRequested } from './interrupt';

export interface OcclusionOptions {
  /** Side of the square that covers, in pixels. */
  size?: number;
  /** Pixels from one place of the square to the next. */
  stride?: number;
  /** Grey of the square, 0 to 1: black takes a part of the garment away, others add something. */
  grey?: number;
}

/** The square's first row and column; parts of it may be beyond the edges. */
interface Place {
  top: number;
  left: number;
}

/**
 * Returns for each image how much the probability of a class falls where a square covers it, [784] (Zeiler
 * & Fergus, "Visualizing and understanding convolutional networks", 2014): for each pixel the mean over
 * all squares on it. Positive where the network sees that class, negative where something speaks against it.
 *
 * @throws StoppedError if the user asks to stop
 * @param images n × 784 bytes
 * @param classes n, the class that each map is about
 */
export async function occlusionMaps(
  model: tf.LayersModel,
  { images, classes }: { images: Uint8Array; classes: ArrayLike<number> },
  { size = 7, stride = 2, grey = 0 }: OcclusionOptions = {},
): Promise<Float32Array[]> {
  const places = placesOf(size, stride);
  const shape: [number, number, number] = [imageSide, imageSide, 1];
  const prediction = compilePrediction(model, { shape, most: 1 + places.length });
  try {
    const maps: Float32Array[] = [];
    for (let index = 0; index < classes.length; index++) {
      endIfRequested();
      const image = images.subarray(index * imagePixels, (index + 1) * imagePixels);
      const shown = [image, ...places.map((place) => covered(image, place, { size, grey }))];
      const probabilities = await prediction.predict(joined(shown));
      const ofClass = shown.map((_, row) => probabilities[row * classCount + classes[index]]);
      const drops = ofClass.slice(1).map((probability) => ofClass[0] - probability);
      maps.push(meanOver(places, drops, size));
    }
    return maps;
  } finally {
    prediction.dispose();
  }
}

/** Every place at which the square covers a pixel, `stride` apart. */
function placesOf(size: number, stride: number): Place[] {
  const starts: number[] = [];
  for (let start = 1 - size + Math.floor(size / 2); start < imageSide - size / 2; start += stride) {
    starts.push(start);
  }
  return starts.flatMap((top) => starts.map((left) => ({ top, left })));
}

function covered(
  image: Uint8Array,
  place: Place,
  { size, grey }: { size: number; grey: number },
): Uint8Array {
  const copy = image.slice();
  forPixels(place, size, (pixel) => {
    copy[pixel] = Math.round(255 * grey);
  });
  return copy;
}

/** Returns for each pixel the mean of the values of all squares on it; 0 where there is none. */
function meanOver(places: readonly Place[], values: readonly number[], size: number) {
  const sums = new Float32Array(imagePixels);
  const counts = new Float32Array(imagePixels);
  places.forEach((place, index) => {
    forPixels(place, size, (pixel) => {
      sums[pixel] += values[index];
      counts[pixel]++;
    });
  });
  return sums.map((sum, pixel) => sum / (counts[pixel] || 1));
}

function forPixels({ top, left }: Place, size: number, action: (pixel: number) => void): void {
  for (let row = Math.max(0, top); row < Math.min(imageSide, top + size); row++) {
    for (let column = Math.max(0, left); column < Math.min(imageSide, left + size); column++) {
      action(row * imageSide + column);
    }
  }
}

function joined(images: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(images.length * imagePixels);
  images.forEach((image, index) => {
    all.set(image, index * imagePixels);
  });
  return all;
}
