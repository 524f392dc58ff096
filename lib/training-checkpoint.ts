/** Where a training stands, and how it is kept in checkpoints and taken up again. */
import { type Checkpoint, readNewestCheckpoint, writeCheckpoint } from './checkpoint';
import { type Commit, commit } from './commit';
import type { Dataset } from './dataset';
import { demandFiniteNumbers } from './divergence';
import type { Precision } from './graph/precision';
import type { TrainingGraph } from './graph/training-graph';
import { sha256 } from './integrity';
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
  /** What the graph computes in: another precision would end with other weights. */
  precision: Precision;
  /** The code that wrote it. */
  commit: Commit | null;
  position: Position;
}

export type StoredTraining = Checkpoint<CheckpointHeader>;

/**
 * Reads where the newest checkpoint of `folder` left a training; `undefined` if there is none.
 *
 * @throws if the checkpoint is of another recipe or other data, or if none can be read
 */
export async function readTraining(
  folder: string,
  { recipe, data }: { recipe: Recipe; data: Dataset },
): Promise<StoredTraining | undefined> {
  const checkpoint = await readNewestCheckpoint<CheckpointHeader>(folder);
  if (checkpoint === undefined) return undefined;
  const { header } = checkpoint;
  demandSame(folder, 'recipe', [JSON.stringify(header.recipe), JSON.stringify(recipe)]);
  demandSame(folder, 'data', [header.data, dataName(data)]);
  return checkpoint;
}

/** Returns how many epochs are done in the newest checkpoint of `folder`; 0 if there is none. */
export async function epochsKept(folder: string): Promise<number> {
  return (await readNewestCheckpoint<CheckpointHeader>(folder))?.header.position.epoch ?? 0;
}

/** A training that can be kept. */
export interface Keepable {
  recipe: Recipe;
  data: Dataset;
  precision: Precision;
  graph: TrainingGraph;
}

export interface CheckpointWriter {
  /** Writes a checkpoint; `rate` is the learning rate of the last step. */
  write(position: Position, rate: number): Promise<void>;
  /** Writes one if the last is old enough. */
  writeIfDue(position: Position, rate: number): Promise<void>;
}

/** Seconds between two checkpoints, */
export const CHECKPOINT_INTERVAL = 30;

/** but so many times longer than the writing itself. */
const COST_FACTOR = 100;

/**
 * Returns what writes the checkpoints of a training into `folder`: so often that a killed process loses
 * little, so rarely that they take at most a hundredth of the time.
 *
 * @param interval seconds between two, whatever the writing takes
 */
export function checkpointWriter(
  folder: string,
  { recipe, data, precision, graph }: Keepable,
  interval?: number,
): CheckpointWriter {
  const code = commit();
  let due = performance.now() + 1000 * (interval ?? CHECKPOINT_INTERVAL);

  async function write(position: Position, rate: number): Promise<void> {
    const begin = performance.now();
    const { step } = position;
    const arrays = graph.read();
    demandFiniteNumbers(arrays, { step, rate });
    const made = { recipe, data: dataName(data), precision, commit: await code };
    await writeCheckpoint(folder, { step, header: { ...made, position }, arrays });
    const end = performance.now();
    const wait = interval ?? Math.max(CHECKPOINT_INTERVAL, (COST_FACTOR * (end - begin)) / 1000);
    due = end + 1000 * wait;
  }

  return {
    write,
    writeIfDue: async (position, rate) => {
      if (performance.now() >= due) await write(position, rate);
    },
  };
}

function demandSame(folder: string, what: string, [found, expected]: [string, string]): void {
  if (found === expected) return;
  throw new Error(
    `The checkpoints in ${folder} are of another ${what}: ${found}, not ${expected}. ` +
      'Train under another name, or remove them.',
  );
}

/** Names the images and which of them are trained on. */
function dataName({ checksum, train, validation }: Dataset): string {
  const { indices } = train;
  const split = sha256(new Uint8Array(indices.buffer, indices.byteOffset, indices.byteLength));
  return `${checksum} (${train.count} + ${validation.count} images, split ${split.slice(0, 16)})`;
}
