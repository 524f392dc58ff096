/** What notebook 03 does when its settings are run: train, go on, or show the included model. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { imagesOf, readUnfinished } from './active-run';
import type { tf } from './backend';
import type { Dataset } from './dataset';
import { type Experiment, resumeExperiment, runExperiment } from './experiment';
import { liveDisplay } from './live';
import { sawValidation } from './members';
import { loadModel } from './model-store';
import { paths } from './paths';
import { duration } from './progress';
import type { Recipe } from './recipes';
import { keepAsync } from './registry';
import { areSameImages, type RunRecord } from './run-record';
import { listRuns, readRun } from './runs';
import type { Epoch } from './training';
import { epochsKept } from './training-checkpoint';
import { trainingDisplay } from './training-display';
import { estimateTraining } from './training-estimate';

export interface Choice {
  mode: 'train' | 'evaluate';
  recipe: Recipe;
  /** The name of an interrupted run to go on with, or `latest` for the last one; nothing begins a new one. */
  resume?: string;
  /** The model that `evaluate` shows, a folder in `models/`. */
  included: string;
}

/** A trained model and how it came about. */
export interface Trained {
  record: RunRecord;
  history: Epoch[];
  /** Kept until the next call, which disposes it. */
  model: tf.LayersModel;
}

/** Returns the name of the run to go on with, or undefined; throws if there is none to go on with. */
async function resumedName({ resume }: Choice, data: Dataset): Promise<string | undefined> {
  if (resume !== 'latest') return resume || undefined;
  const [latest] = (await listRuns())
    .map(({ record }) => record)
    .filter((record) => record.state === 'interrupted')
    .filter((record) => areSameImages(record.data, imagesOf(data)))
    .sort((one, other) => lastStart(other).localeCompare(lastStart(one)));
  if (latest !== undefined) return latest.name;
  throw new Error(
    "No run on these images was interrupted, of those in logs/: set resume to '' to begin a new one.",
  );
}

/** When a run was begun, or last gone on with. */
function lastStart(record: RunRecord): string {
  return (record.resumed.at(-1) ?? record).start;
}

/**
 * Says what is going to happen and how long that will take, measured by a few steps.
 *
 * @throws if the run to go on with is finished, is of other images, or cannot be read, or its checkpoint
 */
export async function expectation(choice: Choice, data: Dataset): Promise<string> {
  const { mode, recipe, included } = choice;
  if (mode === 'evaluate') return `Nothing is trained: the model **${included}** is shown.`;
  const name = await resumedName(choice, data);
  const run = name === undefined ? undefined : await readUnfinished(name, { data });
  const trained = run?.record.recipe ?? recipe;
  const done = run === undefined ? 0 : await epochsKept(join(run.folder, 'checkpoints'));
  const { imagesPerSecond, validationSeconds, seconds } = await estimateTraining(trained, data);
  const left = (seconds * (trained.epochs - done)) / trained.epochs;
  const begin = run === undefined ? '' : `The run ${run.record.name} goes on after epoch ${done}. `;
  return (
    `${begin}${trained.epochs - done} epochs of ${data.train.count.toLocaleString('en')} images at ` +
    `${Math.round(imagesPerSecond).toLocaleString('en')} images a second, each with a validation of ` +
    `${validationSeconds.toFixed(1)} seconds: about **${duration(left)}**.`
  );
}

/**
 * Trains by a recipe with a live display, or shows the model that is included.
 *
 * @throws as `runExperiment`, `resumeExperiment` and `loadModel` do
 */
export async function runOrShow(choice: Choice, data: Dataset): Promise<Trained> {
  let trained!: Trained;
  await keepAsync('trained model', async () => {
    trained =
      choice.mode === 'evaluate' ? await showIncluded(choice) : await trainLive(choice, data);
    return trained.model;
  });
  return trained;
}

async function trainLive(choice: Choice, data: Dataset): Promise<Trained> {
  const name = await resumedName(choice, data);
  const live = liveDisplay();
  let experiment: Experiment | undefined;
  try {
    experiment = await (name === undefined
      ? runExperiment({ data, recipe: choice.recipe, ...trainingDisplay(live) })
      : resumeExperiment(name, { data, ...trainingDisplay(live) }));
  } finally {
    live.end(experiment?.record.state === 'finished' ? 'finished' : 'stopped');
  }
  const { record, history, model } = experiment;
  return { record, history, model };
}

async function showIncluded({ included }: Choice): Promise<Trained> {
  const { model, record } = await loadModel(included);
  try {
    if (record.run === null) {
      throw new Error(`The model "${included}" has no record of its training.`);
    }
    return { record: record.run, history: await historyOf(record.run.name), model };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** Of a run that is published with the project, or else of one of one's own. */
async function historyOf(name: string): Promise<Epoch[]> {
  const isPublished = existsSync(join(paths.logs, 'published', name));
  return (await readRun(isPublished ? `published/${name}` : name)).history;
}

/** Says how a training ended, and how to go on with one that was stopped. */
export function outcome({ record }: Pick<Trained, 'record'>, data: Dataset): string {
  const { name, state, minutes } = record;
  const known = sawValidation({ run: record }, data)
    ? ' It knows the validation images from its training: they tell nothing of it.'
    : '';
  const ended = `Run **${name}** is ${state} after ${duration(60 * minutes)}.${known}`;
  if (state !== 'interrupted') return ended;
  return `${ended} To go on, set \`resume: '${name}'\` in the settings and run all cells again.`;
}
