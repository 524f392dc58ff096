/** A training of a second on the 40 images of the tests, in this process or in one to be killed. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Dataset, loadDataset } from '../../lib/dataset';
import { resumeExperiment, runExperiment } from '../../lib/experiment';
import { loadModel } from '../../lib/model-store';
import { paths } from '../../lib/paths';
import { type Recipe, recipe } from '../../lib/recipes';
import { readRun } from '../../lib/runs';

export const tiny: Recipe = recipe('quick', {
  name: 'tiny',
  network: { kind: 'airbench', widths: [8, 8], convolutions: 2, activation: 'relu' },
  epochs: 4,
  batchSize: 12,
  augmentation: [{ kind: 'alternatingFlip' }, { kind: 'shift', pixels: 2 }],
  precision: 'float32',
});

export const run = 'tortured';

export interface TinyOptions {
  /** Runs go to `logs/` in it, models to `models/`. */
  folder: string;
  epochs?: number;
  resume?: boolean;
  /** Called after each step. */
  onProgress?(): void;
}

let data: Promise<Dataset> | undefined;

/** Trains, or goes on with the training; a checkpoint after every step. */
export async function trainTiny({ folder, epochs = 4, resume, onProgress }: TinyOptions) {
  data ??= loadDataset({ directory: join(paths.root, 'test', 'fixtures') });
  const options = {
    data: await data,
    onProgress,
    logs: join(folder, 'logs'),
    models: join(folder, 'models'),
    checkpointInterval: 0,
  };
  const { model } = await (resume
    ? resumeExperiment(run, options)
    : runExperiment({ ...options, recipe: { ...tiny, epochs }, name: run }));
  model.dispose();
}

/** Starts the same in a process of its own; it says `step` at the first one. */
export function spawnTiny(options: Omit<TinyOptions, 'onProgress'>): ChildProcess {
  const child = join(paths.root, 'test', 'torture', 'child.ts');
  return spawn(process.execPath, ['--import', 'tsx', child, JSON.stringify(options)], {
    cwd: paths.root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Waits until a process of {@link spawnTiny} trains. */
export async function training(child: ChildProcess): Promise<void> {
  const [first] = await Promise.race([once(child.stdout!, 'data'), once(child, 'exit')]);
  assert.equal(String(first), 'step\n');
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

/** What a training came to: all that does not depend on the clock. */
export async function outcome(folder: string) {
  const { record, history } = await readRun(run, { logs: join(folder, 'logs') });
  const place = join(folder, 'models', run);
  const { model, record: modelRecord } = await loadModel(place);
  model.dispose();
  const { state, precision, recipe, data, result, parameters } = record;
  return {
    record: { state, precision, recipe, data, result, parameters },
    history: history.map(({ seconds, imagesPerSecond, ...rest }) => rest),
    weights: readFileSync(join(place, 'weights.bin')),
    modelName: modelRecord.name,
    files: readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort(),
  };
}
