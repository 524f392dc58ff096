/** The transforms whose cost is measured; `pytorch_augmentation.py` has the same by the same names. */
import { affine, rotate } from '../lib/affine';
import { compose, normalize, type Transform } from '../lib/augmentation';
import { brightness, contrast } from '../lib/brightness';
import { distort } from '../lib/distortion';
import { cutout, erase } from '../lib/erasing';
import { alternatingFlip, flip } from '../lib/flipping';
import { cutmix, mixup } from '../lib/mixing';
import { randomPolicy } from '../lib/policy';
import { shift } from '../lib/shifting';

const turnAndMove = affine({ degrees: 10, translate: 0.1, scale: [0.9, 1.1], shear: 5 });

export const transforms: Record<string, Transform> = {
  flip: flip(),
  alternatingFlip: alternatingFlip(),
  rotate: rotate({ degrees: 10 }),
  affine: turnAndMove,
  'shift, zero': shift({ pixels: 2, padding: 'zero' }),
  'shift, mirrored': shift({ pixels: 2, padding: 'reflect' }),
  'erase, random pixels': erase(),
  'erase, one grey': erase({ fill: 'random' }),
  cutout: cutout({ size: 8 }),
  mixup: mixup({ alpha: 0.2 }),
  cutmix: cutmix(),
  brightness: brightness({ range: 0.2 }),
  contrast: contrast({ range: 0.2 }),
  distort: distort({ amount: 0.3 }),
  randomPolicy: randomPolicy({ strength: 0.5 }),
  normalize: normalize({ mean: 0.2858, deviation: 0.3529 }),
  'flip + shift + erase': compose(
    alternatingFlip(),
    shift({ pixels: 2, padding: 'zero' }),
    erase(),
  ),
  'flip + policy + erase': compose(alternatingFlip(), randomPolicy({ strength: 0.5 }), erase()),
  'flip + affine + tone + erase + mixup': compose(
    alternatingFlip(),
    turnAndMove,
    brightness({ range: 0.2 }),
    contrast({ range: 0.2 }),
    erase(),
    mixup({ alpha: 0.2 }),
  ),
};
