/** The members of an ensemble: which models there are, and what each says to many images. */
import type { Dataset } from './dataset';
import { averageLogits } from './ensemble';
import { imagePixels } from './idx';
import type { ModelRecord } from './model-record';
import { listModels, loadModel } from './model-store';
import { multiplyAdds } from './multiply-adds';
import { predictViews } from './prediction';
import { splitSeedOf } from './run-record';
import { type ViewSet, viewSets } from './views';

export interface Member {
  /** Its folder in `models/`. */
  place: string;
  record: ModelRecord;
  /** For one image shown once. */
  multiplyAdds: number;
  /** [n, 10] for each view, in the order of the set. */
  answers: Float32Array[];
}

export interface AskOptions {
  views?: ViewSet;
  /** Told now and then how many images have been answered, of how many, over all models and views. */
  onProgress?: (done: number, total: number) => void;
}

/**
 * Returns the names of the models in `models/` that a pattern fits, `ensemble/2` before `ensemble/10`. Those that
 * were trained on validation images are left out: their accuracy there would say nothing.
 */
export async function findMembers(
  pattern: RegExp,
  data: Pick<Dataset, 'checksum' | 'validation' | 'splitSeed'>,
): Promise<string[]> {
  const found = (await listModels()).filter(({ place }) => pattern.test(place));
  return found
    .filter(({ record }) => !sawValidation(record, data))
    .map(({ place }) => place)
    .sort((first, second) => first.localeCompare(second, 'en', { numeric: true }));
}

/**
 * Whether a model was trained on images that are for validation here: a final one that got all of them, or one of
 * another split.
 */
export function sawValidation(
  { run }: Pick<ModelRecord, 'run'>,
  { checksum, validation, splitSeed }: Pick<Dataset, 'checksum' | 'validation' | 'splitSeed'>,
): boolean {
  if (run === null || run.data.checksum !== checksum || validation.count === 0) return false;
  return run.data.validation < validation.count || splitSeedOf(run.data) !== splitSeed;
}

/**
 * Returns what a member says to the first views of those it was shown: their logits are averaged.
 *
 * @param views how many; all by default
 */
export function answerOf(
  { answers }: Pick<Member, 'answers'>,
  views = answers.length,
): Float32Array {
  return averageLogits(answers.slice(0, views));
}

/**
 * Shows images to models, one model after the other, so that only one is in memory.
 *
 * @param places folders in `models/`
 * @param images count × 28 × 28 bytes
 * @throws if no model is named, or one cannot be used
 */
export async function askMembers(
  places: readonly string[],
  images: Uint8Array,
  { views = 'plain', onProgress }: AskOptions = {},
): Promise<Member[]> {
  if (places.length === 0) throw new Error('There is no model to ask: name one in models/.');
  const members: Member[] = [];
  const count = images.length / imagePixels;
  const looks = viewSets[views].length;
  for (const [index, place] of places.entries()) {
    const { model, record } = await loadModel(place);
    const tell = (done: number) =>
      onProgress?.(looks * (index * count + done), looks * places.length * count);
    try {
      const answers = await predictViews(model, images, { views, onProgress: tell });
      members.push({ place, record, multiplyAdds: multiplyAdds(model), answers });
    } finally {
      model.dispose();
    }
  }
  return members;
}
