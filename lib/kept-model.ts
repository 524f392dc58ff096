/** Models that a notebook holds: loading one again first frees the one before. */
import type { tf } from './backend';
import { loadModel, type ModelRecord } from './model-store';
import { keepAsync } from './registry';

export interface KeptModel {
  model: tf.LayersModel;
  record: ModelRecord;
}

/**
 * Loads a model to look at, in place of the last one loaded so.
 *
 * @param place a folder in `models/`, as for `loadModel`
 */
export async function keptModel(place: string): Promise<KeptModel> {
  const { model, record } = await keepAsync('model to look at', async () => {
    const loaded = await loadModel(place);
    return { ...loaded, dispose: () => loaded.model.dispose() };
  });
  return { model, record };
}
