/** The networks that are measured, and what all contenders know of the images. */
import type { Precision } from '../lib/graph/precision';
import { imageShape } from '../lib/idx';
import type { NetworkRecipe } from '../lib/network';

export const networks: Record<string, NetworkRecipe> = {
  /** Six convolutions, each with batch norm and ReLU. */
  plain: { kind: 'plain', widths: [64, 128, 256], convolutions: 2 },
  /** The widths and depth of airbench96 (Jordan, "94 % on CIFAR-10 in 3.29 seconds on a single GPU", 2024). */
  airbench: {
    kind: 'airbench',
    widths: [128, 384, 384],
    convolutions: 3,
    activation: 'gelu',
  },
  /** WRN-16-4 (Zagoruyko & Komodakis, "Wide residual networks", 2016). */
  'wide-residual': { kind: 'wide-residual', depth: 16, width: 4 },
};

export const precisions: Precision[] = ['float32', 'bfloat16'];

/** FashionMNIST's: shape of an image, mean and deviation of its pixels. */
export const images = {
  shape: imageShape,
  mean: 0.286,
  deviation: 0.353,
};
