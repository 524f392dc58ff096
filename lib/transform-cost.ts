/** What a transform costs. */
import type { Transform } from './augmentation';
import { tf } from './backend';
import type { Split } from './dataset';
import { randomStream } from './graph/random';
import { median } from './statistics';
import { batchOf } from './variants';

export interface CostOptions {
  /** Images a batch: the more, the less the call of each operation counts. */
  batchSize?: number;
  /** How often is measured; the median counts. */
  repetitions?: number;
}

/**
 * Returns the time that a transform takes, in microseconds an image, on the device in use. Its operations
 * are called one by one here; a compiled step saves these calls.
 */
export function microsecondsPerImage(
  transform: Transform,
  split: Split,
  { batchSize = 500, repetitions = 15 }: CostOptions = {},
): number {
  return tf.tidy(() => {
    const places = Int32Array.from({ length: batchSize }, (_, place) => place % split.count);
    const batch = batchOf(split, places);
    const epoch = tf.scalar(0, 'int32');
    // The first run also sets things up.
    const times = Array.from({ length: repetitions + 1 }, (_, step) => {
      const start = process.hrtime.bigint();
      tf.tidy(() => {
        const random = randomStream(tf.tensor1d([1, step], 'int32'));
        // One pixel is read: a GPU has not computed before its result is asked for.
        tf.slice(transform(batch, { random, epoch }).images, [0, 0, 0, 0], [1, 1, 1, 1]).dataSync();
      });
      return Number(process.hrtime.bigint() - start) / 1000 / batchSize;
    });
    return median(times.slice(1));
  });
}
