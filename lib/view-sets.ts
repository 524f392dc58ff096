/** The sets of views to choose from, by name. */
import type { View } from './graph/prediction-graph';
import { identityView, mirrored, mirroredAndShifted } from './views';

export const viewSets = {
  plain: [identityView],
  mirrored: mirrored(),
  mirroredAndShifted: mirroredAndShifted(),
} satisfies Record<string, View[]>;

export type ViewSet = keyof typeof viewSets;

/** Returns the name of a set of views. @throws if there is none of that name */
export function viewSet(name: string): ViewSet {
  if (name in viewSets) return name as ViewSet;
  const expected = Object.keys(viewSets).join(', ');
  throw new Error(`There is no set of views named "${name}": expected one of ${expected}.`);
}
