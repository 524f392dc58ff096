/** Several variants of the same image in one batch. */
import type { Transform } from './augmentation';
import { tf } from './backend';
import { checkNumber } from './ranges';

/**
 * Returns the transform that keeps the first of every `times` images of a batch's size and repeats them, so
 * that a batch is as large as before and has each of them `times` times (repeated augmentation: Hoffer et
 * al., "Augment your batch", 2020; with equally large batches Berman et al., "MultiGrain", 2019). Use it
 * first: what follows then changes each copy in a way of its own. A batch is in random order, so which
 * images an epoch leaves out is random.
 *
 * Neighbours in the batch stay different images, as `mixup` and `cutmix` want them.
 *
 * @param options.times 1 changes nothing
 * @throws {RangeError} if `times` is not a whole number from 1 to 100
 */
export function repeat({ times }: { times: number }): Transform {
  checkNumber('repeat', { times }, { low: 1, high: 100, whole: true });
  return ({ images, labels, indices }) => {
    const count = images.shape[0];
    const distinct = Math.ceil(count / times);
    return {
      images: repeatRows(images, { distinct, count }),
      labels: repeatRows(labels, { distinct, count }),
      indices: repeatRows(indices, { distinct, count }),
    };
  };
}

/** The first `distinct` rows, again and again until there are `count`. */
function repeatRows<T extends tf.Tensor>(
  values: T,
  { distinct, count }: { distinct: number; count: number },
): T {
  if (distinct === count) return values;
  const first = tf.slice(values, 0, distinct);
  const whole = tf.tile(first, [
    Math.ceil(count / distinct),
    ...values.shape.slice(1).map(() => 1),
  ]);
  return tf.slice(whole, 0, count) as T;
}
