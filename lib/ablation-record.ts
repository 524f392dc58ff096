/** The record of an ablation: a line for each finished training, so that an interrupted one goes on. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type Arm, ablationData, armNames, armRecipe, trainOnce } from './ablation';
import { commit } from './commit';
import type { Dataset } from './dataset';
import { environment } from './environment';
import type { Precision } from './graph/precision';
import { writeFileAtomically } from './integrity';
import { paths } from './paths';
import type { Recipe } from './recipes';
import { number, oneOf, parseLine, type Shape, text } from './record';
import { partShape, type RunPart } from './run-record';
import type { TrainingOptions } from './training';

/** One finished training. */
export interface ArmTraining extends RunPart {
  version: 1;
  arm: Arm;
  /** With its seed. */
  recipe: Recipe;
  /** Of all images, and how many of them were trained on. */
  data: { checksum: string; train: number };
  precision: Precision;
  /** In the last epoch, on the changed training images. */
  trainingAccuracy: number;
  trainingLoss: number;
  validationAccuracy: number;
  validationLoss: number;
}

const share = number({ least: 0, most: 1 });

const lineShape: Shape = {
  version: oneOf(1),
  arm: oneOf(...armNames),
  recipe: { seed: number({ least: 0, whole: true }) },
  data: { checksum: text, train: number({ least: 1, whole: true }) },
  precision: oneOf('float32', 'bfloat16'),
  ...partShape,
  trainingAccuracy: share,
  trainingLoss: number(),
  validationAccuracy: share,
  validationLoss: number(),
};

/** Where the published trainings are. */
export const ablationPath = join(paths.logs, 'published', 'augmentation-ablation.jsonl');

/**
 * Returns the trainings noted in a file; none if it does not exist.
 *
 * @throws if a line is cut off or wrong, or was trained by another recipe than its arm has now
 */
export async function readAblation(path: string = ablationPath): Promise<ArmTraining[]> {
  const content = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const lines = content.split('\n').filter((line) => line !== '');
  return lines.map((line, index) => parseTraining(line, `${path}, line ${index + 1}`));
}

function parseTraining(line: string, source: string): ArmTraining {
  const training = parseLine<ArmTraining>(line, lineShape, source);
  const { arm, recipe } = training;
  if (isDeepStrictEqual(recipe, armRecipe(arm, recipe.seed))) return training;
  throw new Error(
    `${source}: '${arm}' was trained by another recipe than it has now, so it cannot be compared with ` +
      'the others. Remove the line to train it anew.',
  );
}

/** A training that is to be done. */
export interface PlannedTraining {
  arm: Arm;
  seed: number;
}

/** Returns what is left to do, seed by seed, so that every finished seed compares all arms. */
export function missingTrainings(
  done: readonly ArmTraining[],
  { seeds }: { seeds: number },
): PlannedTraining[] {
  const isDone = ({ arm, seed }: PlannedTraining) =>
    done.some((training) => training.arm === arm && training.recipe.seed === seed);
  return Array.from({ length: seeds }, (_, index) => index + 1)
    .flatMap((seed) => armNames.map((arm) => ({ arm, seed })))
    .filter((planned) => !isDone(planned));
}

/** Throws if trainings were done with other images: their accuracies could not be compared with those of these. */
export function demandSameImages(
  done: readonly ArmTraining[],
  { checksum }: Pick<Dataset, 'checksum'>,
): void {
  const other = done.find(({ data }) => data.checksum !== checksum);
  if (other === undefined) return;
  throw new Error(
    `The record has trainings with images of another checksum (${other.data.checksum}): name another file with --record.`,
  );
}

/**
 * Does one training of an ablation and notes it.
 *
 * @returns its line; undefined if it was stopped, and nothing was noted
 * @throws if the record is of other images
 */
export async function trainArm(
  { arm, seed }: PlannedTraining,
  all: Dataset,
  { path = ablationPath, ...options }: TrainingOptions & { path?: string },
): Promise<ArmTraining | undefined> {
  demandSameImages(await readAblation(path), all);
  const part = {
    start: new Date().toISOString(),
    commit: await commit(),
    environment: environment(),
  };
  const recipe = armRecipe(arm, seed);
  const data = ablationData(all);
  const { state, precision, history } = await trainOnce(data, { ...options, recipe });
  if (state === 'interrupted') return undefined;
  const { accuracy, loss, validationAccuracy, validationLoss } = history[history.length - 1];
  const training: ArmTraining = {
    version: 1,
    arm,
    recipe,
    data: { checksum: data.checksum, train: data.train.count },
    precision,
    ...part,
    trainingAccuracy: accuracy,
    trainingLoss: loss,
    validationAccuracy: validationAccuracy as number,
    validationLoss: validationLoss as number,
  };
  const noted = [...(await readAblation(path)), training];
  await writeFileAtomically(path, noted.map((each) => `${JSON.stringify(each)}\n`).join(''));
  return training;
}
