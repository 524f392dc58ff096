/** Who answers on validation images: a model itself, or another one where it was trained on them. */
import { isDeepStrictEqual } from 'node:util';
import type { Dataset } from './dataset';
import { type KeptModel, keptModel } from './kept-model';
import { sawValidation } from './members';

export interface StandIn extends KeptModel {
  /** Who answers, and what is to be known of it: Markdown. */
  words: string;
}

/**
 * Returns the model itself, or its sibling if it has seen validation images: a final model would say of them what it
 * has learned by heart.
 *
 * @param place the folder of the model in `models/`
 * @param sibling that of a network by the same recipe, trained without the validation images; loaded only if needed
 */
export async function standInFor(
  place: string,
  kept: KeptModel,
  { sibling, data }: { sibling: string; data: Dataset },
): Promise<StandIn> {
  if (!sawValidation(kept.record, data)) {
    const unknown = kept.record.run === null ? '; its record does not say so' : '';
    return { ...kept, words: `**${place}** itself: it has not seen them${unknown}.` };
  }
  const other = await keptModel(sibling, 'sibling');
  const stands = `On validation images, **${sibling}** stands in for **${place}**`;
  if (sawValidation(other.record, data)) {
    const words = `${stands}, but has seen them as well: all that is said of them below is too good.`;
    return { ...other, words };
  }
  return { ...other, words: areAlike(kept, other) ? `${stands}.` : `${stands}. ${another}` };
}

const another =
  'It was trained by another recipe: temperature and limit may suit the one and not the other.';

/** Whether two models were trained by one recipe, but for the seed. */
function areAlike(one: KeptModel, other: KeptModel): boolean {
  const [first, second] = [one, other].map(({ record: { run } }) => ({ ...run?.recipe, seed: 0 }));
  return isDeepStrictEqual(first, second);
}
