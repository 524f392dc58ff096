/** Where a training stands, and how it is kept in checkpoints and taken up again. */
import { readNewestCheckpoint, writeCheckpoint } from './checkpoint';
import type { Dataset } from './dataset';
import type { TrainingGraph } from './graph/training-graph';
import type { Recipe } from './recipes';
import type { Epoch } from './training';

/** What changes from step to step; with the graph's variables, all that a checkpoint needs. */
export interface Position {
  epoch: number;
  /** Batches done of the present epoch. */
  batch: number;
  step: number;
  /** Sums over the present epoch. */
  loss: number;
  correct: number;
  images: number;
  seconds: number;
  history: Epoch[];
}

/** Where a fresh training stands. */
export function startingPosition(): Position {
  return { epoch: 0, batch: 0, step: 0, loss: 0, correct: 0, images: 0, seconds: 0, history: [] };
}

/** What a checkpoint holds beside the graph's variables. */
interface CheckpointHeader {
  recipe: Recipe;
  data: string;
  position: Position;
}

export interface Resumable {
  recipe: Recipe;
  data: Dataset;
  graph: TrainingGraph;
}

/** Writes a checkpoint of a training into `folder`. */
export async function saveTraining(
  folder: string,
  { recipe, data, graph }: Resumable,
  position: Position,
): Promise<void> {
  const header: CheckpointHeader = { recipe, data: dataName(data), position };
  await writeCheckpoint(folder, { step: position.step, header, arrays: graph.read() });
}

/**
 * Puts a training where the newest checkpoint of `folder` left it.
 *
 * @returns where it stands then: at its start if there is no checkpoint
 * @throws if the checkpoint is of another recipe or other data, or if none can be read
 */
export async function resumeTraining(
  folder: string,
  { recipe, data, graph }: Resumable,
): Promise<Position> {
  const checkpoint = await readNewestCheckpoint<CheckpointHeader>(folder);
  if (checkpoint === undefined) return startingPosition();
  const { header } = checkpoint;
  demandSame(folder, 'recipe', [JSON.stringify(header.recipe), JSON.stringify(recipe)]);
  demandSame(folder, 'data', [header.data, dataName(data)]);
  graph.write(checkpoint.arrays);
  return header.position;
}

function demandSame(folder: string, what: string, [found, expected]: [string, string]): void {
  if (found === expected) return;
  throw new Error(
    `The checkpoints in ${folder} are of another ${what}: ${found}, not ${expected}. ` +
      'Train under another name, or remove them.',
  );
}

function dataName(data: Dataset): string {
  return `${data.checksum} (${data.train.count} + ${data.validation.count} images)`;
}
