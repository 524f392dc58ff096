/** A training run while it is written: every epoch reaches the disk, whatever happens next. */
import { join } from 'node:path';
import { commit } from './commit';
import type { Dataset } from './dataset';
import { environment } from './environment';
import type { Precision } from './graph/precision';
import { makeFolder, removeLeftovers, sha256, writeFileAtomically } from './integrity';
import { type Lock, lockFolder } from './lock';
import type { Recipe } from './recipes';
import { writeRecord } from './record';
import {
  areSameImages,
  formatHistory,
  type RunImages,
  type RunPart,
  type RunRecord,
  type RunState,
  splitSeedOf,
} from './run-record';
import { type Place, readRun, readRunRecord, runFolder, storeNewRun } from './runs';
import type { Epoch } from './training';

/** A run that this process writes. */
export interface Run {
  /** Its folder; checkpoints may go beside the record. */
  folder: string;
  record: RunRecord;
  history: Epoch[];
  /** The checksum of the history on the disk, where that is whole. */
  historyChecksum?: string;
  lock: Lock;
  /** Minutes of its earlier parts, and when this part began (`performance.now()`). */
  earlier: number;
  begin: number;
}

export interface NewRun extends Place {
  recipe: Recipe;
  data: Pick<Dataset, 'checksum' | 'splitSeed'> & Record<'train' | 'validation', { count: number }>;
  /** Numbers in the network: `model.countParams()`. */
  parameters: number;
  /** Letters, digits, `.`, `_` and `-`; by default recipe, date, time and seed. */
  name?: string;
}

export interface RunEnd {
  state: Exclude<RunState, 'running'>;
  precision?: Precision;
  /** All epochs, where `train` gave them: puts right what a killed process could not note. */
  history?: readonly Epoch[];
  /** Keeps what the run has made, given its last record: it is kept before the record says so. */
  keep?(record: RunRecord): Promise<unknown>;
  /** Further measures, such as the accuracy with views. */
  result?: Record<string, number>;
  error?: string;
}

/**
 * Begins a run and makes its folder. End it with {@link finishRun}, whatever happens.
 *
 * @throws if there is a run of this name, or if the name cannot be a folder's
 */
export async function createRun({ recipe, data, parameters, ...options }: NewRun): Promise<Run> {
  const part = await beginPart();
  const time = part.start.slice(0, 19).replaceAll(':', '').replace('T', '-');
  const name = options.name ?? `${recipe.name}-${time}-${recipe.seed}`;
  const folder = runFolder(name, options);
  const record: RunRecord = {
    version: 2,
    name,
    state: 'running',
    recipe,
    data: imagesOf(data),
    parameters,
    precision: null,
    ...part,
    resumed: [],
    end: null,
    minutes: 0,
    imagesPerSecond: 0,
    result: {},
    historyChecksums: [sha256('')],
  };
  await storeNewRun({ folder, record, history: [] });
  const lock = await lockRun(folder);
  return { ...asStored(folder, record, []), lock, earlier: 0, begin: performance.now() };
}

/** What a record keeps of the images of a run. */
export function imagesOf({ checksum, train, validation, splitSeed }: NewRun['data']): RunImages {
  return { checksum, train: train.count, validation: validation.count, splitSeed };
}

/**
 * Reads the record of a run that is to go on.
 *
 * @throws if it was begun with other images than `data`, if it is finished, or if its record cannot be read
 */
export async function readUnfinished(
  name: string,
  { data, ...place }: Place & Pick<NewRun, 'data'>,
): Promise<Pick<Run, 'folder' | 'record'>> {
  const { folder, record } = await readRunRecord(name, place);
  demandSameImages(record, imagesOf(data));
  if (record.state === 'finished') throw new Error(`The run ${name} is finished: train anew.`);
  return { folder, record };
}

/**
 * Takes up a run that was interrupted, has failed, or whose process was killed. A history that cannot be
 * read is begun anew: its epochs are in the checkpoint, too.
 *
 * @throws if a living process is at it; what {@link readUnfinished} throws
 */
export async function resumeRun(name: string, place: Place & Pick<NewRun, 'data'>): Promise<Run> {
  const { folder } = await readUnfinished(name, place);
  const lock = await lockRun(folder);
  return releasingOnFailure(lock, async () => {
    // Anew: another process may have finished it until it was locked.
    const { record } = await readUnfinished(name, place);
    const history = await readRun(name, place).then(
      (stored) => stored.history,
      () => undefined,
    );
    record.resumed.push(await beginPart());
    Object.assign(record, { state: 'running', end: null, error: undefined });
    const stored = asStored(folder, record, history);
    const run = { ...stored, lock, earlier: record.minutes, begin: performance.now() };
    await store(run);
    return run;
  });
}

async function releasingOnFailure<T>(lock: Lock, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    await lock.release();
    throw error;
  }
}

function demandSameImages({ name, data }: RunRecord, images: RunImages): void {
  if (areSameImages(data, images)) return;
  if (data.checksum !== images.checksum) {
    throw new Error(`The run ${name} was begun with images of other files than these.`);
  }
  if (splitSeedOf(data) !== splitSeedOf(images)) {
    throw new Error(
      `The run ${name} was begun with the images split by the seed ${splitSeedOf(data)}: ` +
        `go on with the same, got ${splitSeedOf(images)}.`,
    );
  }
  throw new Error(
    `The run ${name} was begun with ${data.train} images to train on and ${data.validation} to validate ` +
      `on: go on with the same, got ${images.train} and ${images.validation}.`,
  );
}

/** Locks a run's folder, and clears away what killed processes have left half-written of it. */
async function lockRun(folder: string): Promise<Lock> {
  const lock = await lockFolder(folder);
  const files = ['record.json', 'history.jsonl'].map((file) => join(folder, file));
  return releasingOnFailure(lock, async () => {
    for (const path of [folder, ...files]) await removeLeftovers(path);
    return lock;
  });
}

function asStored(folder: string, record: RunRecord, history: Epoch[] | undefined) {
  const historyChecksum = history && sha256(formatHistory(history));
  return { folder, record, history: history ?? [], historyChecksum };
}

/** Notes all epochs so far. */
export async function noteHistory(run: Run, history: readonly Epoch[]): Promise<void> {
  run.history = [...history];
  sumUp(run);
  await store(run);
}

/** Ends a run and returns its record. It is still to be ended if `keep` throws. */
export async function finishRun(
  run: Run,
  { history = run.history, result = {}, keep, ...end }: RunEnd,
): Promise<RunRecord> {
  run.history = [...history];
  Object.assign(run.record, end, { end: new Date().toISOString() });
  sumUp(run, result);
  await keep?.(run.record);
  try {
    await store(run);
  } finally {
    await run.lock.release();
  }
  return run.record;
}

/** Brings the record up to what follows from the history and the clock. */
function sumUp(run: Run, result: Record<string, number> = {}): void {
  const { record, history } = run;
  const seconds = history.reduce((sum, epoch) => sum + epoch.seconds, 0);
  const images = history.reduce((sum, epoch) => sum + epoch.seconds * epoch.imagesPerSecond, 0);
  record.minutes = run.earlier + (performance.now() - run.begin) / 60_000;
  record.imagesPerSecond = seconds === 0 ? 0 : images / seconds;
  record.result = { ...record.result, ...measures(history[history.length - 1]), ...result };
}

/**
 * Writes both files, and makes the folder anew if somebody has removed it. A process killed between the two
 * leaves a record that knows either history.
 */
async function store(run: Run): Promise<void> {
  const { folder, record, history, historyChecksum: former } = run;
  const content = formatHistory(history);
  const checksum = sha256(content);
  const both = new Set([checksum, former ?? checksum]);
  record.historyChecksums = [...both];
  await makeFolder(folder);
  await run.lock.renew();
  await writeRecord(join(folder, 'record.json'), record);
  await writeFileAtomically(join(folder, 'history.jsonl'), content);
  run.historyChecksum = checksum;
}

function measures(epoch: Epoch | undefined): Record<string, number> {
  if (epoch === undefined) return {};
  const { validationAccuracy, validationLoss } = epoch;
  const validated = validationAccuracy !== undefined && validationLoss !== undefined;
  return { epochs: epoch.epoch, ...(validated && { validationAccuracy, validationLoss }) };
}

async function beginPart(): Promise<RunPart> {
  const start = new Date().toISOString();
  return { start, commit: await commit(), environment: environment() };
}
