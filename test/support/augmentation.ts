/** Runs transforms on small batches of plain numbers. */
import type { Transform } from '../../lib/augmentation';
import { tf } from '../../lib/backend';
import { Graph } from '../../lib/graph/graph';
import { randomStream } from '../../lib/graph/random';
import { record } from '../../lib/graph/recorder';
import { openSession } from '../../lib/graph/session';

export type Shape = [count: number, height: number, width: number, channels: number];

export interface Given {
  seed?: number;
  step?: number;
  epoch?: number;
  /** One row an image; else images get two classes in turn. */
  labels?: number[][];
  indices?: number[];
}

export interface Changed {
  /** All pixels, image after image. */
  images: number[];
  labels: number[][];
  indices: number[];
}

/** Returns what a transform makes of images given by their pixels, and disposes of all tensors. */
export function run(
  transform: Transform,
  { pixels, shape }: { pixels: number[] | Float32Array; shape: Shape },
  { seed = 1, step = 0, epoch = 0, labels, indices }: Given = {},
): Changed {
  const [count] = shape;
  const rows = labels ?? Array.from({ length: count }, (_, row) => [1 - (row % 2), row % 2]);
  const places = indices ?? Array.from({ length: count }, (_, place) => place);
  return tf.tidy(() => {
    const batch = {
      images: tf.tensor4d(pixels, shape),
      labels: tf.tensor2d(rows),
      indices: tf.tensor1d(places, 'int32'),
    };
    const random = randomStream(tf.tensor1d([seed, step], 'int32'));
    const changed = transform(batch, { random, epoch: tf.scalar(epoch, 'int32') });
    if (`${changed.images.shape}` !== `${shape}`) {
      throw new Error(`Images of shape [${shape}] became [${changed.images.shape}].`);
    }
    return {
      images: Array.from(changed.images.dataSync()),
      labels: changed.labels.arraySync(),
      indices: Array.from(changed.indices.dataSync()),
    };
  });
}

/** Runs a transform as a compiled step does: recorded with stand-ins, then fed with the values. */
export function runCompiled(
  transform: Transform,
  { pixels, shape }: { pixels: Float32Array; shape: Shape },
  [seed, step, epoch]: [number, number, number],
): { images: number[]; labels: number[] } {
  const graph = new Graph();
  return tf.tidy(() => {
    const places = Array.from({ length: shape[0] }, (_, place) => place);
    const feeds = {
      images: tf.tensor4d(pixels, shape),
      labels: tf.tensor2d(places.map((row) => [1 - (row % 2), row % 2])),
      indices: tf.tensor1d(places, 'int32'),
      clock: tf.tensor1d([seed, step], 'int32'),
      epoch: tf.scalar(epoch, 'int32'),
    };
    const standIns = Object.fromEntries(
      Object.entries(feeds).map(([name, tensor]) => [name, tf.zerosLike(tensor as tf.Tensor)]),
    ) as typeof feeds;
    const inputs = new Map<tf.Tensor, string>(
      Object.entries(standIns).map(([name, tensor]) => [
        tensor,
        graph.placeholder(name, tensor.dtype as 'float32' | 'int32', tensor.shape),
      ]),
    );
    const outputs = record(graph, inputs, () => {
      const random = randomStream(standIns.clock);
      const changed = transform(standIns, { random, epoch: standIns.epoch });
      return [changed.images, changed.labels];
    }).map((output) => graph.after(output, []));
    const session = openSession(graph);
    const [images, labels] = session.run(feeds, outputs).map((tensor) => [...tensor.dataSync()]);
    session.dispose();
    return { images, labels };
  });
}

/** Returns the images of {@link run}, each as its rows of pixels; for one channel. */
export function runRows(
  transform: Transform,
  images: number[][][],
  given: Given = {},
): number[][][] {
  const shape: Shape = [images.length, images[0].length, images[0][0].length, 1];
  const changed = run(transform, { pixels: images.flat(2), shape }, given).images;
  const [count, height, width] = shape;
  return Array.from({ length: count }, (_, image) =>
    Array.from({ length: height }, (_, row) => {
      const start = (image * height + row) * width;
      return changed.slice(start, start + width);
    }),
  );
}

/** Returns images whose pixels all differ, between 0 and 1 (both excluded). */
export function ramp(shape: Shape): Float32Array {
  const size = shape.reduce((product, length) => product * length, 1);
  return Float32Array.from({ length: size }, (_, place) => (place + 1) / (size + 1));
}

/** Returns the same image so many times. */
export function copies<T>(image: T, count: number): T[] {
  return Array.from({ length: count }, () => image);
}

/** Returns the largest difference of two lists of numbers; infinite if their lengths differ. */
export function distance(first: ArrayLike<number>, second: ArrayLike<number>): number {
  if (first.length !== second.length) return Number.POSITIVE_INFINITY;
  return Array.from(first).reduce(
    (most, value, place) => Math.max(most, Math.abs(value - second[place])),
    0,
  );
}

/** Returns how many standard deviations a count is from what a probability lets expect. */
export function surprise(count: number, trials: number, probability: number): number {
  const deviation = Math.sqrt(trials * probability * (1 - probability));
  return Math.abs(count - trials * probability) / deviation;
}

/** Returns Pearson's statistic of counts that should all be equal, in deviations from its mean. */
export function unevenness(counts: number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const statistic = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  return (statistic - (counts.length - 1)) / Math.sqrt(2 * (counts.length - 1));
}
