/** What a transform makes of single images, epoch by epoch: to look at before training with it. */
import type { Batch, Transform } from './augmentation';
import { tf } from './backend';
import { classNames, type Split } from './dataset';
import { showImages } from './display';
import { randomStream } from './graph/random';
import { imageTensor } from './image-tensor';
import { type Picture, toPixels } from './pictures';
import { imageAt, selectImages } from './samples';

/** One image and what became of it. */
export interface Variants {
  /** The name of its class. */
  name: string;
  original: Uint8Array;
  /** One an epoch: 784 pixels, 0 to 255. */
  images: Picture[];
  /** One an epoch: the share of each class in the label. */
  labels: Float32Array[];
}

export interface VariantOptions {
  /** Which images of the split: together they are one batch, in this order. */
  places: ArrayLike<number>;
  epochs: number;
  seed: number;
}

/**
 * Returns what `transform` makes of some images in the first epochs, as a training would: each epoch
 * is one step, all images are in its batch, and the same seed gives the same variants.
 */
export function makeVariants(
  split: Split,
  transform: Transform,
  { places, epochs, seed }: VariantOptions,
): Variants[] {
  const variants = Array.from(places, (place): Variants => {
    const name = classNames[split.labels[place]];
    return { name, original: imageAt(split, place), images: [], labels: [] };
  });
  for (let epoch = 0; epoch < epochs; epoch++) {
    tf.tidy(() => {
      const batch = batchOf(split, places);
      const random = randomStream(tf.tensor1d([seed, epoch], 'int32'));
      const changed = transform(batch, { random, epoch: tf.scalar(epoch, 'int32') });
      const images = rowsOf(changed.images);
      const labels = rowsOf(changed.labels);
      variants.forEach((one, row) => {
        one.images.push(toPixels(images[row]));
        one.labels.push(labels[row]);
      });
    });
  }
  return variants;
}

/** Returns images of a part of the data set as the batch that a training step would make of them. */
export function batchOf(split: Split, places: ArrayLike<number>): Batch {
  const { images, labels } = selectImages(split, places);
  return tf.tidy(() => ({
    images: imageTensor(images),
    labels: tf.oneHot(tf.tensor1d(labels, 'int32'), classNames.length).toFloat() as tf.Tensor2D,
    indices: tf.tensor1d(Int32Array.from(places), 'int32'),
  }));
}

/** Returns the numbers of each row of a tensor. */
function rowsOf(tensor: tf.Tensor): Float32Array[] {
  const values = tensor.dataSync<'float32'>();
  const length = values.length / tensor.shape[0];
  return Array.from({ length: tensor.shape[0] }, (_, row) =>
    values.slice(row * length, (row + 1) * length),
  );
}

/** Returns a label in words, the largest share first: `Shirt`, or a line for each class of several. */
export function labelText(shares: ArrayLike<number>): string {
  const parts = Array.from(shares, (share, label) => ({ share, name: classNames[label] }))
    .filter(({ share }) => share >= 0.005)
    .sort((one, other) => other.share - one.share);
  if (parts.length === 1) return parts[0].name;
  return parts.map(({ share, name }) => `${Math.round(100 * share)} % ${name}`).join('\n');
}

/** Shows one row an image: the original on the left, then its variants. */
export async function showVariants(
  variants: readonly Variants[],
  names: readonly string[] = variants.map(({ name }) => name),
) {
  await showImages(
    variants.flatMap(({ original, images }) => [original, ...images]),
    {
      alt: `Originals on the left, and their variants: ${names.join(', ')}`,
      columns: 1 + variants[0].images.length,
      scale: 2,
      rowNames: names,
    },
  );
}
