/** What a network looks at, as pictures. */
import type { tf } from './backend';
import { classNames, type Split } from './dataset';
import { showImages } from './display';
import { occlusionMaps } from './occlusion';
import { overlaid } from './overlay';
import { saliencyMaps } from './saliency';
import { imagesAt, selectImages } from './samples';

/** A drop of probability that is worth a full colour where nothing in the image matters more. */
const leastDrop = 0.05;

export interface AttentionOptions {
  /** Which images of the split. */
  places: ArrayLike<number>;
  /** Decides the noise that the gradients are averaged over. */
  seed: number;
  /** The class that each image is looked at for: its label when left out. */
  classes?: ArrayLike<number>;
}

/**
 * Shows images in three rows: as they are; tinted by what covering a square there does to the probability of
 * a class; and by how strongly the class's logit depends on each pixel. Each map has a scale of its own.
 */
export async function showAttention(
  model: tf.LayersModel,
  split: Split,
  options: AttentionOptions,
): Promise<void> {
  const { images, covered, gradients, classes } = await attentionRows(model, split, options);
  await showImages([...images, ...covered, ...gradients], {
    alt: 'What the network looks at',
    columns: images.length,
    rowNames: [
      `The images, asked for ${Array.from(classes, (label) => classNames[label]).join(', ')}`,
      'Covered: orange where the class gets less probable without that part, blue where more',
      'Gradient: orange where small changes move the answer most',
    ],
  });
}

/** Returns the images, and twice the same tinted; for which classes they were asked. */
export async function attentionRows(
  model: tf.LayersModel,
  split: Split,
  { places, seed, classes }: AttentionOptions,
) {
  const chosen = selectImages(split, places);
  const about = { images: chosen.images, classes: classes ?? chosen.labels };
  const covered = await occlusionMaps(model, about);
  const gradients = saliencyMaps(model, about, { seed });
  const images = imagesAt(split, places);
  const tinted = (maps: readonly Float32Array[], least: number) =>
    maps.map((map, index) => overlaid(images[index], map, Math.max(least, ...map.map(Math.abs))));
  return {
    images,
    covered: tinted(covered, leastDrop),
    gradients: tinted(gradients, 1e-9),
    classes: about.classes,
  };
}
