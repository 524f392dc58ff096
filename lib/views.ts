/** Ways to look at an image when it is classified; the answers to all of them are averaged. */
import type { tf } from './backend';
import { mirror } from './flipping';
import type { View } from './graph/prediction-graph';
import { type Padding, shiftBy } from './shifting';

export type Views = View[];

/** The sets of views that a model's record and the command line name. */
export type ViewSet = 'plain' | 'mirrored' | 'mirrored-and-shifted';

/** Returns the image as it is. */
export const identityView: View = (images) => images;

/** Returns the view with left and right exchanged. */
export function mirrorView(): View {
  return mirror;
}

export interface ShiftViewOptions {
  /** Whole pixels to the right; negative to the left. */
  x: number;
  /** Whole pixels down; negative up. */
  y: number;
  /** What comes in at the edges; black if left out, as in the trainings. */
  padding?: Padding;
}

/**
 * Returns the view moved by whole pixels.
 *
 * @throws {RangeError} if `x` or `y` is not a whole number
 */
export function shiftView({ x, y, padding = 'zero' }: ShiftViewOptions): View {
  if (!Number.isInteger(x) || !Number.isInteger(y)) {
    throw new RangeError(`shiftView({ x: ${x}, y: ${y} }): expected whole numbers of pixels.`);
  }
  return (images) => shiftBy(images, { right: x, down: y, padding });
}

/** Returns the view that applies `views` from left to right. */
export function composeViews(...views: Views): View {
  return (images: tf.Tensor4D) => views.reduce((seen, view) => view(seen), images);
}

/** Returns the image and its mirror image. */
export function mirrored(): Views {
  return [identityView, mirrorView()];
}

/**
 * Returns six views: the image, and moved by `pixels` up and left, and down and right; each also of the
 * mirror image (after Jordan, "94% on CIFAR-10 in 3.29 seconds", 2024, who mirrors what was moved, and lets the unmoved
 * ones count more; here all count the same). The first is the plain
 * image, the first two are {@link mirrored}.
 */
export function mirroredAndShifted(pixels = 1): Views {
  const placed = [
    identityView,
    shiftView({ x: -pixels, y: -pixels }),
    shiftView({ x: pixels, y: pixels }),
  ];
  return placed.flatMap((view) => [view, composeViews(mirrorView(), view)]);
}

/** The views of each set, by name. */
export const viewSets: Record<ViewSet, Views> = {
  plain: [identityView],
  mirrored: mirrored(),
  'mirrored-and-shifted': mirroredAndShifted(),
};

/**
 * Returns a name as one of a set of views.
 *
 * @throws {RangeError} naming the sets there are
 */
export function viewSet(name: string): ViewSet {
  if (Object.hasOwn(viewSets, name)) return name as ViewSet;
  throw new RangeError(`There are no views '${name}': use ${Object.keys(viewSets).join(', ')}.`);
}
