/**
 * The memory that a training takes, estimated before it begins: where there is not enough, the operating
 * system ends the process without a word. A test holds the estimate against what a training really takes.
 */
import os from 'node:os';
import type { tf } from './backend';
import { sum } from './statistics';

/**
 * Copies of each weight, 4 bytes each: in the model, in the graph, gradient, momentum, average; all read
 * for a checkpoint, and its bytes twice.
 */
const WEIGHT_COPIES = 14;

/** Bytes a pixel of the data: stored as one, and brought there by way of two more. */
const PIXEL_BYTES = 3;

/** Copies of all layers' outputs, 4 bytes a number, in a step: 0.7 to 1.8 were measured. */
const OUTPUT_COPIES = 2;

export interface TrainingSize {
  /** Images in a step. */
  batchSize: number;
  /** Pixels of all training images. */
  pixels: number;
}

/** Returns the bytes that the training of a model takes at most, beside what the process has already. */
export function trainingMemory(model: tf.LayersModel, { batchSize, pixels }: TrainingSize): number {
  return fixedMemory(model, pixels) + batchSize * imageMemory(model);
}

/** @throws RangeError if the training of a model takes more memory than there is, with what would fit */
export function demandTrainingMemory(model: tf.LayersModel, size: TrainingSize): void {
  const room = availableMemory() - fixedMemory(model, size.pixels);
  const fitting = Math.floor(room / imageMemory(model));
  demandMemory(
    `A step with ${size.batchSize.toLocaleString('en')} images`,
    trainingMemory(model, size),
    fitting < 1
      ? 'choose a smaller network'
      : `choose a batchSize of up to ${fitting.toLocaleString('en')}, or a smaller network`,
  );
}

/** @throws RangeError if a network of so many weights is too large to be trained here */
export function demandWeightMemory(weights: number): void {
  demandMemory('This network', weightMemory(weights), 'choose a smaller one');
}

/**
 * Returns the bytes that this process may still take: what is free, or left of a container's limit. Only
 * Linux tells what it would free on demand; elsewhere it is the whole memory.
 */
export function availableMemory(): number {
  if (process.platform !== 'linux') return os.totalmem();
  return process.availableMemory?.() ?? os.freemem();
}

function demandMemory(what: string, bytes: number, advice: string): void {
  const available = availableMemory();
  if (bytes <= available) return;
  const [needed, free] = [bytes, available].map((size) => (size / 2 ** 30).toFixed(1));
  throw new RangeError(
    `${what} takes about ${needed} GiB of memory, and ${free} GiB are available: ${advice}.`,
  );
}

function fixedMemory(model: tf.LayersModel, pixels: number): number {
  return weightMemory(model.countParams()) + PIXEL_BYTES * pixels;
}

function weightMemory(weights: number): number {
  return 4 * WEIGHT_COPIES * weights;
}

/** Bytes that each image of a step takes. */
function imageMemory(model: tf.LayersModel): number {
  const numbers = model.layers.map(({ outputShape }) =>
    (outputShape as (number | null)[]).reduce<number>((product, size) => product * (size ?? 1), 1),
  );
  return 4 * OUTPUT_COPIES * sum(numbers);
}
