/** Recipes with one setting made wrong: of another type, out of range, missing, or misspelt. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DivergenceError } from '../../lib/divergence';
import { buildNetwork } from '../../lib/network';
import { checkedRecipe } from '../../lib/recipe-check';
import { type Recipe, recipes } from '../../lib/recipes';
import { train } from '../../lib/training';
import { wrongRecipe } from '../support/wrong-recipes';
import type { Fault } from './fault';
import { tiny, tinyData } from './tiny';

/** How many of those that are recipes after all are trained a step. */
const TRAINED = 40;

export const wrongRecipes: Fault = {
  name: 'recipes with a wrong name, type, range, NaN, or an unknown setting',
  times: { quick: 2000, full: 20_000 },
  async run(times, attempt) {
    const counts = { refused: 0, accepted: 0 };
    const wrong = wrongRecipe([tiny, ...Object.values(recipes)]);
    const property = fc.asyncProperty(wrong, (candidate) =>
      attempt(async () => {
        const recipe = checked(candidate);
        counts[recipe ? 'accepted' : 'refused']++;
        if (recipe?.name === 'tiny' && counts.accepted < TRAINED) await trainStep(recipe);
      }),
    );
    await fc.assert(property, { numRuns: times });
    return `refused with the setting named: ${counts.refused}; a recipe all the same: ${counts.accepted}`;
  },
};

/** Returns what is a recipe; `undefined` for what was refused as it should be. */
function checked(candidate: unknown): Recipe | undefined {
  try {
    return checkedRecipe(candidate);
  } catch (error) {
    assert.match((error as Error).message, /^The recipe .*: .*expected/s);
    return undefined;
  }
}

/** What is accepted trains, or says what stands against it. */
async function trainStep(recipe: Recipe): Promise<void> {
  const data = await tinyData();
  try {
    const { mean, deviation, train: split } = data;
    const options = { mean, deviation, seed: recipe.seed, images: split.images };
    const model = buildNetwork(recipe.network, options);
    await train(model, data, { recipe, shouldStop: () => true }).finally(() => model.dispose());
  } catch (error) {
    const { message } = error as Error;
    assert.ok(error instanceof DivergenceError || / GiB are available/.test(message), message);
  }
}
