/** Augmentation as plain data, as recipes and records hold it. */
import { affine, rotate } from './affine';
import { compose, type Transform } from './augmentation';
import { brightness, contrast } from './brightness';
import { distort } from './distortion';
import { cutout, erase } from './erasing';
import { alternatingFlip, flip } from './flipping';
import { cutmix, mixup } from './mixing';
import { randomPolicy } from './policy';
import { repeat } from './repetition';
import { shift } from './shifting';

/** The transforms that recipes may name. */
const transforms = {
  affine,
  alternatingFlip,
  brightness,
  contrast,
  cutmix,
  cutout,
  distort,
  erase,
  flip,
  mixup,
  randomPolicy,
  repeat,
  rotate,
  shift,
};

type TransformName = keyof typeof transforms;
type OptionsOf<Name extends TransformName> = Parameters<(typeof transforms)[Name]>[0];

/** One transform: its name as `kind`, and its options. */
export type AugmentationStep = {
  [Name in TransformName]: { kind: Name } & (OptionsOf<Name> extends undefined
    ? unknown
    : NonNullable<OptionsOf<Name>>);
}[TransformName];

/** Transforms in the order they are applied. */
export type AugmentationRecipe = AugmentationStep[];

/**
 * Returns the transform that a recipe describes.
 *
 * @throws if a name is unknown; RangeError if an option is out of range
 */
export function buildTransform(recipe: AugmentationRecipe): Transform {
  return compose(
    ...recipe.map(({ kind, ...options }) => {
      const make = transforms[kind] as ((options: unknown) => Transform) | undefined;
      if (make !== undefined) return make(options);
      const known = Object.keys(transforms).join(', ');
      throw new Error(`There is no transform named "${kind}": expected one of ${known}.`);
    }),
  );
}
