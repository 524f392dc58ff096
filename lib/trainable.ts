/** Whether a training can begin: everything that is known to go wrong later is said now. */
import type { tf } from './backend';
import type { Dataset } from './dataset';
import { demandTrainingMemory } from './memory';
import { demandShapes } from './model-format';
import { checkedRecipe } from './recipe-check';
import type { Recipe } from './recipes';

/** @throws if the recipe is wrong, the model does not fit the images, or the memory is too small */
export function demandTrainable(model: tf.LayersModel, { train }: Dataset, recipe: Recipe): void {
  checkedRecipe(recipe);
  demandShapes(model);
  if (train.count === 0)
    throw new RangeError('There are no images to train on: validate on fewer.');
  const batchSize = Math.min(recipe.batchSize, train.count);
  demandTrainingMemory(model, { batchSize, pixels: train.images.length });
}
