/** One training from recipe to record: the network, the run in `logs/`, the model in `models/runs/`. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { appendEpoch, createRun, finishRun, type Run, resumeRun } from './active-run';
import type { tf } from './backend';
import type { Dataset } from './dataset';
import { reasonOf } from './integrity';
import { interruptRequested } from './interrupt';
import { saveModel } from './model-store';
import { buildNetwork } from './network';
import { paths } from './paths';
import type { Recipe } from './recipes';
import type { RunRecord } from './run-record';
import { openTrainingEvents } from './tensorboard';
import { type Epoch, type TrainingResult, train } from './training';
import type { TrainingProgress } from './training-progress';

export interface ExperimentOptions {
  data: Dataset;
  recipe: Recipe;
  /** The run's name in `logs/`; made from recipe, date and seed if left out. */
  name?: string;
  /** Called after each step. */
  onProgress?(progress: TrainingProgress): void;
  /** Where the run's folder is made, instead of `logs/`. */
  logs?: string;
  /** Where the model's folder is made, instead of `models/runs/`. */
  models?: string;
}

export interface Experiment {
  record: RunRecord;
  history: Epoch[];
  /** The trained network, which the caller disposes; its folder if the training was finished. */
  model: tf.LayersModel;
  folder?: string;
}

/**
 * Trains a fresh network by a recipe, as a run of its own.
 *
 * An interrupt (the notebook's button, Ctrl-C) ends it after the present step; `resumeExperiment` with
 * the name in its record then goes on as if nothing had been.
 */
export async function runExperiment({
  data,
  recipe,
  ...options
}: ExperimentOptions): Promise<Experiment> {
  const model = freshNetwork(recipe, data);
  const { name, logs } = options;
  const run = await createRun({ recipe, data, parameters: model.countParams(), name, logs });
  return trainAsRun(run, model, { data, recipe, ...options });
}

/** Goes on with an interrupted run, by the recipe in its record. */
export async function resumeExperiment(
  name: string,
  options: Omit<ExperimentOptions, 'name' | 'recipe'>,
): Promise<Experiment> {
  const run = await resumeRun(name, { logs: options.logs });
  const { recipe } = run.record;
  return trainAsRun(run, freshNetwork(recipe, options.data), { ...options, recipe });
}

/** Returns the untrained network of a recipe, for this data set. */
export function freshNetwork(
  { network, seed }: Recipe,
  { mean, deviation, train }: Dataset,
): tf.LayersModel {
  return buildNetwork(network, { mean, deviation, seed, images: train.images });
}

async function trainAsRun(
  run: Run,
  model: tf.LayersModel,
  options: ExperimentOptions,
): Promise<Experiment> {
  try {
    const { state, precision, history } = await trainWithEvents(run, model, options);
    const record = await finishRun(run, { state, precision, history });
    if (state === 'interrupted') return { record, history, model };
    const folder = join(options.models ?? join(paths.models, 'runs'), record.name);
    await saveModel(model, folder, { run: record });
    await rm(checkpointsOf(run), { recursive: true, force: true });
    return { record, history, model, folder };
  } catch (error) {
    model.dispose();
    await finishRun(run, { state: 'failed', error: reasonOf(error) });
    throw error;
  }
}

function checkpointsOf(run: Run): string {
  return join(run.folder, 'checkpoints');
}

/** Trains with a checkpoint, a line of the history and points for TensorBoard after each epoch. */
async function trainWithEvents(
  run: Run,
  model: tf.LayersModel,
  { data, recipe, onProgress }: ExperimentOptions,
): Promise<TrainingResult> {
  const events = openTrainingEvents(run.folder);
  try {
    return await train(model, data, {
      recipe,
      checkpoints: checkpointsOf(run),
      onProgress(progress) {
        events.progress(progress);
        onProgress?.(progress);
      },
      async onEpoch(epoch) {
        events.epoch(epoch);
        await appendEpoch(run, epoch);
      },
      shouldStop: interruptRequested,
    });
  } finally {
    events.close();
  }
}
