/** Models that a notebook holds: loading one again first frees the one before. */
import type { tf } from './backend';
import { loadModel, type ModelRecord } from './model-store';
import { keepAsync } from './registry';

export interface KeptModel {
  model: tf.LayersModel;
  record: ModelRecord;
}

/**
 * Loads a model to look at, in place of the last one loaded so in the same role.
 *
 * @param place a folder in `models/`, as for `loadModel`
 * @param role what it is to the notebook, where that holds several
 */
export async function keptModel(place: string, role = 'model to look at'): Promise<KeptModel> {
  const { model, record } = await keepAsync(role, async () => {
    const loaded = await loadModel(place);
    return { ...loaded, dispose: () => loaded.model.dispose() };
  });
  return { model, record };
}
