/** A training run while it is written: every epoch reaches the disk, whatever happens next. */
import { join } from 'node:path';
import { commit } from './commit';
import type { Dataset } from './dataset';
import { environment } from './environment';
import type { Precision } from './graph/precision';
import { writeFileAtomically } from './integrity';
import { type Lock, lockFolder } from './lock';
import type { Recipe } from './recipes';
import { writeRecord } from './record';
import { formatHistory, type RunPart, type RunRecord, type RunState } from './run-record';
import { makeRunFolder, type Place, readRun, runFolder } from './runs';
import type { Epoch } from './training';

/** A run that this process writes. */
export interface Run {
  /** Its folder; checkpoints may go beside the record. */
  folder: string;
  record: RunRecord;
  history: Epoch[];
  lock: Lock;
  /** Minutes of its earlier parts, and when this part began (`performance.now()`). */
  earlier: number;
  begin: number;
}

export interface NewRun extends Place {
  recipe: Recipe;
  data: Pick<Dataset, 'checksum'> & Record<'train' | 'validation', { count: number }>;
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
    version: 1,
    name,
    state: 'running',
    recipe,
    data: {
      checksum: data.checksum,
      train: data.train.count,
      validation: data.validation.count,
    },
    parameters,
    precision: null,
    ...part,
    resumed: [],
    end: null,
    minutes: 0,
    imagesPerSecond: 0,
    result: {},
  };
  await makeRunFolder(folder, name);
  const lock = await lockFolder(folder);
  const run = { folder, record, history: [], lock, earlier: 0, begin: performance.now() };
  await write(run);
  return run;
}

/**
 * Takes up a run that was interrupted, has failed, or whose process was killed.
 *
 * @throws if it is finished, or if a living process is at it
 */
export async function resumeRun(name: string, { logs }: Place = {}): Promise<Run> {
  const folder = runFolder(name, { logs });
  const { record, history } = await readRun(name, { logs });
  if (record.state === 'finished') throw new Error(`The run ${name} is finished: train anew.`);
  const lock = await lockFolder(folder);
  record.resumed.push(await beginPart());
  Object.assign(record, { state: 'running', end: null, error: undefined });
  const begin = performance.now();
  const run = { folder, record, history, lock, earlier: record.minutes, begin };
  await write(run);
  return run;
}

/** Notes an epoch; one that was noted before, and what followed it, is replaced. */
export async function appendEpoch(run: Run, epoch: Epoch): Promise<void> {
  run.history = [...run.history.filter((other) => other.epoch < epoch.epoch), epoch];
  await write(run);
}

/** Ends a run and returns its record. */
export async function finishRun(
  run: Run,
  { history = run.history, result = {}, ...end }: RunEnd,
): Promise<RunRecord> {
  run.history = [...history];
  Object.assign(run.record, end, { end: new Date().toISOString() });
  try {
    await write(run, result);
  } finally {
    await run.lock.release();
  }
  return run.record;
}

/** Writes both files, with what follows from the history and the clock. */
async function write(run: Run, result: Record<string, number> = {}): Promise<void> {
  const { folder, record, history } = run;
  const seconds = history.reduce((sum, epoch) => sum + epoch.seconds, 0);
  const images = history.reduce((sum, epoch) => sum + epoch.seconds * epoch.imagesPerSecond, 0);
  record.minutes = run.earlier + (performance.now() - run.begin) / 60_000;
  record.imagesPerSecond = seconds === 0 ? 0 : images / seconds;
  record.result = { ...record.result, ...measures(history[history.length - 1]), ...result };
  await writeFileAtomically(join(folder, 'history.jsonl'), formatHistory(history));
  await writeRecord(join(folder, 'record.json'), record);
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
