/** A training of a second on the 40 images of the tests, in this process or in one to be killed. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Dataset, loadDataset } from '../../lib/dataset';
import { resumeExperiment, runExperiment } from '../../lib/experiment';
import { loadModel } from '../../lib/model-store';
import { paths } from '../../lib/paths';
import type { Recipe } from '../../lib/recipes';
import { readRun, readRunRecord } from '../../lib/runs';
import { onFailingDisk } from '../support/failing-disk';
import { inFolder } from '../support/folder';

export const tiny: Recipe = {
  name: 'tiny',
  network: { kind: 'airbench', widths: [8, 8], convolutions: 2, activation: 'relu' },
  epochs: 4,
  batchSize: 12,
  optimizer: { kind: 'sgd', momentum: 0.9, nesterov: true, weightDecay: 0.005 },
  schedule: { kind: 'triangular', peak: 0.05, warmup: 0.25, final: 0.02 },
  augmentation: [{ kind: 'alternatingFlip' }, { kind: 'shift', pixels: 2 }],
  labelSmoothing: 0.1,
  averaging: { kind: 'exponential', every: 3, decay: 0.9 },
  precision: 'float32',
  seed: 1,
};

export const run = 'tortured';

export interface TinyOptions {
  /** Runs go to `logs/` in it, models to `models/`. */
  folder: string;
  epochs?: number;
  recipe?: Recipe;
  resume?: boolean;
  /** Called after each step. */
  onProgress?(): void;
}

let data: Promise<Dataset> | undefined;

/** The 40 images of the tests. */
export function tinyData(): Promise<Dataset> {
  data ??= loadDataset({ directory: join(paths.root, 'test', 'fixtures') });
  return data;
}

/** Trains, or goes on with the training; a checkpoint after every step. */
export async function trainTiny({
  folder,
  epochs = 4,
  recipe = { ...tiny, epochs },
  resume,
  onProgress,
}: TinyOptions) {
  const options = {
    data: await tinyData(),
    onProgress,
    logs: join(folder, 'logs'),
    models: join(folder, 'models'),
    checkpointInterval: 0,
  };
  const { model } = await (resume
    ? resumeExperiment(run, options)
    : runExperiment({ ...options, recipe, name: run }));
  model.dispose();
}

/** Starts the same in a process of its own; it says `step` at the first one. */
export function spawnTiny(options: Omit<TinyOptions, 'onProgress' | 'recipe'>): ChildProcess {
  const child = join(paths.root, 'test', 'torture', 'child.ts');
  return spawn(process.execPath, ['--import', 'tsx', child, JSON.stringify(options)], {
    cwd: paths.root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Waits until a process of {@link spawnTiny} trains. */
export async function training(child: ChildProcess): Promise<void> {
  assert.equal(await firstSign(child), 'step\n');
}

/** Waits for the first sign of a process: what it says once it trains, or the exit code of one that did not. */
export async function firstSign(child: ChildProcess): Promise<string> {
  const [first] = await Promise.race([once(child.stdout!, 'data'), once(child, 'exit')]);
  return String(first);
}

/** Waits for the end of a process; returns its exit code and what it said of errors. */
export async function ended(child: ChildProcess): Promise<{ code: number | null; said: string }> {
  let said = '';
  child.stderr!.on('data', (bytes) => {
    said += bytes;
  });
  child.stdout!.resume();
  const [code] = await once(child, 'close');
  return { code, said };
}

const alone = new Map<number, ReturnType<typeof trainAlone>>();

/** Trains once in a process that nobody disturbs; `duration` is from its first step, in milliseconds. */
export function undisturbed(epochs: number) {
  const result = alone.get(epochs) ?? trainAlone(epochs);
  alone.set(epochs, result);
  return result;
}

async function trainAlone(epochs: number) {
  return await inFolder(async (folder) => {
    const child = spawnTiny({ folder, epochs });
    await training(child);
    const begin = performance.now();
    const { code, said } = await ended(child);
    assert.equal(code, 0, said);
    return { duration: performance.now() - begin, expected: await outcome(folder) };
  });
}

/** Trains undisturbed, and counts the changes of the disk that this takes. */
export async function countChanges(epochs: number) {
  return await inFolder(async (folder) => {
    let changes = 0;
    await onFailingDisk({ at: Number.POSITIVE_INFINITY, code: 'death' }, async (disk) => {
      await trainTiny({ folder, epochs });
      changes = disk.count;
    });
    return { changes, expected: await outcome(folder) };
  });
}

export type Outcome = Awaited<ReturnType<typeof outcome>>;

/** What a training came to: all that does not depend on the clock. */
export async function outcome(folder: string) {
  const { record, history } = await readRun(run, { logs: join(folder, 'logs') });
  const place = join(folder, 'models', run);
  const { model, record: modelRecord } = await loadModel(place);
  model.dispose();
  const { state, precision, recipe, data, result, parameters } = record;
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return {
    record: { state, precision, recipe, data, result, parameters },
    history: history.map(({ seconds, imagesPerSecond, ...rest }) => rest),
    weights: readFileSync(join(place, 'weights.bin')),
    modelName: modelRecord.name,
    files: files.filter((file) => !/\/(training|validation)\b/.test(file)).sort(),
  };
}

/**
 * Goes on with a run whose process has died. One that had finished is not opened again: what it was about to
 * remove or replace lies there, and does no harm.
 */
export async function goOn(folder: string): Promise<void> {
  const { record } = await readRunRecord(run, { logs: join(folder, 'logs') });
  if (record.state !== 'finished') {
    await trainTiny({ folder, resume: true });
    return;
  }
  removeCheckpoints(folder);
  removeFiles(join(folder, 'logs', run), /\.tmp$/);
  removeLocks(folder);
}

/** Removes the checkpoints that a finished run could not remove itself. */
export function removeCheckpoints(folder: string): void {
  rmSync(join(folder, 'logs', run, 'checkpoints'), { recursive: true, force: true });
}

/** Removes the locks of processes that have died, or are said to have. */
export function removeLocks(folder: string): void {
  removeFiles(join(folder, 'logs', run), /^lock-/);
}

function removeFiles(place: string, pattern: RegExp): void {
  const names = readdirSync(place).filter((name) => pattern.test(name));
  for (const name of names) rmSync(join(place, name));
}
