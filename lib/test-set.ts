/** The test images. They are opened to evaluate finished models, and every opening is on record. */
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { commit } from './commit';
import type { Split } from './dataset';
import { reasonOf } from './integrity';
import { paths } from './paths';
import { findSource, readTest } from './source';

export interface OpeningOptions {
  /** Who opens it: the notebook or the command. */
  by: string;
  /** The model that is evaluated, or the models. */
  model: string;
  /** The folder of the files; as for `loadDataset`. */
  directory?: string;
}

/** One line of `logs/test-set-openings.jsonl`. */
export interface Opening {
  /** ISO 8601, in UTC. */
  date: string;
  by: string;
  model: string;
  /** The commit that is checked out, or null where there is no git. */
  commit: string | null;
  /** Names the test files' contents. */
  checksum: string;
}

/**
 * Returns the 10,000 test images, after a line about it was added to `logs/test-set-openings.jsonl`. No
 * choice may rest on them: recipes, epochs and ensembles are chosen on the validation images.
 *
 * @throws if the files cannot be found or are damaged, if the line cannot be written, or in a trial of a
 *   search, for which FASHION_MNIST_TEST_SET is `closed`
 */
export async function openTestSet({ by, model, directory }: OpeningOptions): Promise<Split> {
  if (process.env.FASHION_MNIST_TEST_SET === 'closed') {
    throw new Error(
      'The test set is closed to the trials of a search: they are judged on validation.',
    );
  }
  if (by === '' || model === '') {
    throw new Error('The test set is opened by someone for a model: neither name may be empty.');
  }
  const part = await readTest(await findSource({ directory }));
  const date = new Date().toISOString();
  await record({
    date,
    by,
    model,
    commit: (await commit())?.hash ?? null,
    checksum: part.checksum,
  });
  const indices = Int32Array.from({ length: part.count }, (_, index) => index);
  return { name: 'test', count: part.count, images: part.images, labels: part.labels, indices };
}

async function record(opening: Opening): Promise<void> {
  const path = join(paths.logs, 'test-set-openings.jsonl');
  try {
    await mkdir(paths.logs, { recursive: true });
    const file = await open(path, 'a');
    try {
      await file.appendFile(`${JSON.stringify(opening)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new Error(
      `The test set stays closed, as its opening cannot be recorded in ${path}: ${reasonOf(error)}`,
      { cause: error },
    );
  }
}
