/** One training from recipe to record: the network, the run in `logs/`, the model in `models/runs/`. */
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createRun, finishRun, noteHistory, type Run, resumeRun } from './active-run';
import type { tf } from './backend';
import type { Dataset } from './dataset';
import { demandTeachers, softLabels } from './distillation';
import { DivergenceError } from './divergence';
import { demandWritable, reasonOf, removeLeftovers } from './integrity';
import { endIfRequested, interruptRequested, StoppedError } from './interrupt';
import { saveModel } from './model-store';
import { buildNetwork } from './network';
import { paths } from './paths';
import { checkedRecipe } from './recipe-check';
import type { Recipe } from './recipes';
import type { RunRecord } from './run-record';
import { openTrainingEvents } from './tensorboard';
import { type Epoch, train } from './training';
import type { TrainingProgress } from './training-progress';

export interface ExperimentOptions {
  data: Dataset;
  recipe: Recipe;
  /** The run's name in `logs/`; made from recipe, date and seed if left out. */
  name?: string;
  /** Called after each step. */
  onProgress?(progress: TrainingProgress): void;
  /** Called while teachers are asked, with how many images were answered, of how many. */
  onTeachers?(done: number, total: number): void;
  /** Where the run's folder is made, instead of `logs/`. */
  logs?: string;
  /** Where the model's folder is made, instead of `models/runs/`. */
  models?: string;
  /** Seconds between two checkpoints, as for `train`. */
  checkpointInterval?: number;
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
 * An interrupt (the notebook's button, Ctrl-C) ends it after the present step, or while teachers are asked;
 * `resumeExperiment` with the name in its record then goes on as if nothing had been.
 *
 * @throws what `train` throws, with the run's name and how to go on; its checkpoints stay
 */
export async function runExperiment({
  data,
  recipe,
  ...options
}: ExperimentOptions): Promise<Experiment> {
  // A run with a teacher that cannot teach could never be gone on with.
  if (recipe.distillation !== undefined) await demandTeachers(data, recipe.distillation);
  const model = freshNetwork(recipe, data);
  const { name, logs } = options;
  const parameters = model.countParams();
  const run = await createRun({ recipe, data, parameters, name, logs }).catch((error) => {
    model.dispose();
    throw error;
  });
  return trainAsRun(run, () => model, { data, recipe, ...options });
}

/**
 * Goes on with an interrupted, failed or killed run, by the recipe in its record.
 *
 * @throws if the run was begun with other images; what `runExperiment` throws
 */
export async function resumeExperiment(
  name: string,
  options: Omit<ExperimentOptions, 'name' | 'recipe'>,
): Promise<Experiment> {
  const { data, logs } = options;
  const run = await resumeRun(name, { data, logs });
  const { recipe } = run.record;
  return trainAsRun(run, () => freshNetwork(recipe, data), { ...options, recipe });
}

/** Returns the untrained network of a recipe, for this data set; throws if the recipe is not right. */
export function freshNetwork(recipe: Recipe, { mean, deviation, train }: Dataset): tf.LayersModel {
  const { network, seed } = checkedRecipe(recipe);
  return buildNetwork(network, { mean, deviation, seed, images: train.images });
}

/** Where records and models were wished to be. */
export type Places = Pick<ExperimentOptions, 'logs' | 'models'>;

/** Returns the command line that goes on with a run. */
export function resumeCommand(name: string, { logs, models }: Places = {}): string {
  const words = Object.entries({ logs, models }).map(([place, folder]) =>
    folder === undefined ? '' : ` --${place} ${folder}`,
  );
  return `npm run train -- --resume ${name}${words.join('')}`;
}

async function trainAsRun(
  run: Run,
  makeModel: () => tf.LayersModel,
  { models: wished, ...options }: ExperimentOptions,
): Promise<Experiment> {
  // Whole, as a part of a path would be taken for a name in models/.
  const folder = resolve(wished ?? join(paths.models, 'runs'), run.record.name);
  // From here on a signal waits for the first step, where the run can end in order.
  interruptRequested();
  let model: tf.LayersModel | undefined;
  try {
    model = makeModel();
    // Better now than after hours of training.
    await demandWritable(folder);
    return await trainAndKeep(run, model, { ...options, folder });
  } catch (error) {
    if (error instanceof StoppedError && model !== undefined) {
      const record = await finishRun(run, { state: 'interrupted' });
      return { record, history: run.history, model };
    }
    model?.dispose();
    // Where not even the record can be written, the run counts as interrupted: the first error says more.
    await finishRun(run, { state: 'failed', error: reasonOf(error) }).catch(() => undefined);
    throw failure(run.record.name, error, { logs: options.logs, models: wished });
  }
}

/** A run that is finished has its model: should the process be killed here, the run goes on to here again. */
async function trainAndKeep(
  run: Run,
  model: tf.LayersModel,
  { data, folder, ...options }: Omit<ExperimentOptions, 'models'> & { folder: string },
): Promise<Experiment> {
  const checkpoints = join(run.folder, 'checkpoints');
  const { distillation, views } = options.recipe;
  const targets =
    distillation &&
    (await softLabels(data, distillation, (done, total) => {
      options.onTeachers?.(done, total);
      endIfRequested();
    }));
  const events = openTrainingEvents(run.folder);
  const { state, precision, history } = await train(model, data, {
    ...options,
    targets,
    checkpoints,
    onProgress(progress) {
      events.progress(progress);
      options.onProgress?.(progress);
    },
    async onEpoch(epochs) {
      events.epoch(epochs[epochs.length - 1]);
      await noteHistory(run, epochs);
    },
    shouldStop: interruptRequested,
  }).finally(() => events.close());
  const end = { state, precision, history };
  if (state === 'interrupted') return { record: await finishRun(run, end), history, model };
  await removeLeftovers(folder);
  const keep = (made: RunRecord) => saveModel(model, folder, { run: made, views });
  const record = await finishRun(run, { ...end, keep });
  // The run is finished, whether its checkpoints can be removed or not.
  await rm(checkpoints, { recursive: true, force: true }).catch(() => undefined);
  return { record, history, model, folder };
}

function failure(name: string, error: unknown, places: Places): Error {
  const advice =
    error instanceof DivergenceError
      ? ''
      : `\nWhat it has reached is kept. Once the cause is mended, go on with: ${resumeCommand(name, places)}`;
  return new Error(`The run ${name} has failed: ${reasonOf(error)}${advice}`, { cause: error });
}
