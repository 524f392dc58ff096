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

/** What was found in an opening: a line of its own, after that of the opening. */
export interface OpeningResult extends Opening {
  correct: number;
  total: number;
  /** How the images were shown to the model. */
  views: string;
}

/** The test images, and the opening that gave them. */
export interface TestSet extends Split {
  opening: Opening;
}

/**
 * Returns the 10,000 test images, after a line about it was added to `logs/test-set-openings.jsonl`. No
 * choice may rest on them: recipes, epochs and ensembles are chosen on the validation images.
 *
 * @throws if the files cannot be found or are damaged, if the line cannot be written, or in a trial of a
 *   search, for which FASHION_MNIST_TEST_SET is `closed`
 */
export async function openTestSet({ by, model, directory }: OpeningOptions): Promise<TestSet> {
  if (process.env.FASHION_MNIST_TEST_SET === 'closed') {
    throw new Error(
      'The test set is closed to the trials of a search: they are judged on validation.',
    );
  }
  if (by === '' || model === '') {
    throw new Error('The test set is opened by someone for a model: neither name may be empty.');
  }
  const part = await readTest(await findSource({ directory }));
  const opening: Opening = {
    date: new Date().toISOString(),
    by,
    model,
    commit: (await commit())?.hash ?? null,
    checksum: part.checksum,
  };
  await addLine(opening);
  const indices = Int32Array.from({ length: part.count }, (_, index) => index);
  const { count, images, labels } = part;
  return { name: 'test', count, images, labels, indices, opening };
}

/**
 * Adds to the record what an opening showed of its model.
 *
 * @throws if the line cannot be written
 */
export async function recordResult(
  { opening, count }: TestSet,
  { correct, views }: { correct: number; views: string },
): Promise<void> {
  const date = new Date().toISOString();
  await addLine({ ...opening, date, correct, total: count, views });
}

async function addLine(line: Opening | OpeningResult): Promise<void> {
  const path = join(paths.logs, 'test-set-openings.jsonl');
  try {
    await mkdir(paths.logs, { recursive: true });
    const file = await open(path, 'a');
    try {
      await file.appendFile(`${JSON.stringify(line)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new Error(
      `The record ${path} cannot be written, and without it the test set stays closed: ${reasonOf(error)}`,
      { cause: error },
    );
  }
}
