/** Small data and networks for the tests of `lib/graph/`, and how far numbers are apart. */
import { tf } from '../../lib/backend';
import type { ResidentData } from '../../lib/graph/data';
import type { SgdOptimizer } from '../../lib/graph/optimizer';
import type { TrainingOptions } from '../../lib/graph/training-graph';
import { createRandom } from '../../lib/random';

/** Images of noise that differ by class in their mean. */
export function sampleData({
  count = 24,
  shape = [8, 8, 2],
  classes = 3,
}: Partial<Pick<ResidentData, 'shape' | 'classes'>> & { count?: number } = {}): ResidentData {
  const random = createRandom(5);
  const size = shape[0] * shape[1] * shape[2];
  const labels = Uint8Array.from({ length: count }, () => random.integer(classes));
  const images = Uint8Array.from({ length: count * size }, (_, pixel) => {
    const label = labels[Math.floor(pixel / size)];
    return (120 * label) / classes + random.integer(256 - 120);
  });
  return { images, labels, shape, classes };
}

export const plainSgd: SgdOptimizer = {
  kind: 'sgd',
  momentum: 0,
  nesterov: false,
  weightDecay: 0,
};

/** Options for a training on {@link sampleData} with batches of 8. */
export function trainingOptions(changes: Partial<TrainingOptions> = {}): TrainingOptions {
  return { data: sampleData(), optimizer: plainSgd, batchSizes: [8], ...changes };
}

/** The numbers of a step at rate 0.05. */
export function numbers(step = 0, changes = {}) {
  return { rate: 0.05, seed: 3, step, epoch: 0, ...changes };
}

/** The places of a step's images: `size` in a row, beginning anew at the end of 24. */
export function places(step: number, size = 8): Int32Array {
  return Int32Array.from({ length: size }, (_, index) => (step * size + index) % 24);
}

/** The images and labels at some places, as a step gathers them. */
export function batchAt(
  data: ResidentData,
  indices: Int32Array,
): { images: tf.Tensor4D; labels: tf.Tensor2D } {
  const size = data.shape[0] * data.shape[1] * data.shape[2];
  const pixels = [...indices].flatMap((place) => [
    ...data.images.subarray(place * size, (place + 1) * size),
  ]);
  return {
    images: tf.tensor4d(
      Float32Array.from(pixels, (pixel) => pixel / 255),
      [indices.length, ...data.shape],
    ),
    labels: tf.tensor2d(
      [...indices].map((place) =>
        Array.from({ length: data.classes }, (_, label) => Number(label === data.labels[place])),
      ),
    ),
  };
}

/** Convolution, batch norm, ReLU, pooling and dense: one of each kind of weight. */
export function smallModel(): tf.LayersModel {
  const layers = [
    tf.layers.conv2d({ filters: 4, kernelSize: 3, useBias: false, inputShape: [8, 8, 2] }),
    tf.layers.batchNormalization({ momentum: 0.9 }),
    tf.layers.reLU(),
    tf.layers.globalAveragePooling2d({}),
    tf.layers.dense({ units: 3 }),
    tf.layers.softmax(),
  ];
  return withRandomWeights(tf.sequential({ layers }));
}

/** Two convolutions, batch norm and dropout: wide enough for TensorFlow to share out the work. */
export function modelWithDropout(): tf.LayersModel {
  const layers = [
    tf.layers.conv2d({ filters: 16, kernelSize: 3, padding: 'same', inputShape: [8, 8, 2] }),
    tf.layers.reLU(),
    tf.layers.maxPooling2d({ poolSize: 2 }),
    tf.layers.conv2d({ filters: 16, kernelSize: 3, padding: 'same', useBias: false }),
    tf.layers.batchNormalization({}),
    tf.layers.reLU(),
    tf.layers.flatten(),
    tf.layers.dropout({ rate: 0.4 }),
    tf.layers.dense({ units: 3 }),
  ];
  return withRandomWeights(tf.sequential({ layers }));
}

/** Gives all weights values that a seed fixes, none of them where a mistake would not show. */
export function withRandomWeights<Model extends tf.LayersModel>(model: Model, seed = 11): Model {
  const random = createRandom(seed);
  tf.tidy(() => {
    for (const weight of model.weights) {
      const name = weight.originalName;
      const centre = /gamma|variance/.test(name) ? 1 : 0;
      const size = weight.shape.reduce((product: number, length) => product * (length ?? 1), 1);
      const values = Float32Array.from({ length: size }, () => {
        const value = centre + 0.3 * random.normal();
        return centre === 1 ? Math.abs(value) + 0.1 : value;
      });
      weight.write(tf.tensor(values, weight.shape as number[]));
    }
  });
  return model;
}

/** Weights by their place in the model, copied to the host. */
export function weightsOf(model: tf.LayersModel): Float32Array[] {
  return model.weights.map((weight) => Float32Array.from(weight.read().dataSync()));
}

/** The largest distance of two numbers, as a share of the largest expected one. */
export function relativeError(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length) return Number.POSITIVE_INFINITY;
  let distance = 0;
  let size = 0;
  for (let index = 0; index < expected.length; index++) {
    // Math.max passes a NaN on, and no comparison with that holds.
    distance = Math.max(distance, Math.abs(found[index] - expected[index]));
    size = Math.max(size, Math.abs(expected[index]));
  }
  return size === 0 ? distance : distance / size;
}

/** The distance of two vectors, as a share of the expected one's length. */
export function relativeDistance(found: Float32Array, expected: Float32Array): number {
  const length = (values: Float32Array) => Math.hypot(...values);
  return length(found.map((value, index) => value - expected[index])) / length(expected);
}

/** What each number became minus what it was. */
export function changes(after: Float32Array[], before: Float32Array[]): Float32Array[] {
  return after.map((values, place) => values.map((value, index) => value - before[place][index]));
}
