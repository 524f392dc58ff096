/** What notebook 03 does when its settings are run: train, go on, or show the included model. */
import type { tf } from './backend';
import type { Dataset } from './dataset';
import { type Experiment, resumeExperiment, runExperiment } from './experiment';
import { liveDisplay } from './live';
import { loadModel } from './model-store';
import type { Recipe } from './recipes';
import { keepAsync } from './registry';
import { readRun } from './runs';
import type { Epoch } from './training';
import { trainingDisplay } from './training-display';

export interface Choice {
  mode: 'train' | 'evaluate';
  recipe: Recipe;
  /** The name of an interrupted run to go on with. */
  resume?: string;
  /** The model to show, a folder in `models/`. */
  included?: string;
}

/** A trained model and how it came about. */
export interface Trained {
  name: string;
  state: string;
  minutes: number;
  history: Epoch[];
  /** Kept until the next call, which disposes it. */
  model: tf.LayersModel;
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

async function trainLive({ recipe, resume }: Choice, data: Dataset): Promise<Trained> {
  const live = liveDisplay();
  const onProgress = trainingDisplay(live);
  let experiment: Experiment | undefined;
  try {
    experiment = await (resume === undefined
      ? runExperiment({ data, recipe, onProgress })
      : resumeExperiment(resume, { data, onProgress }));
  } finally {
    live.end(experiment?.record.state === 'finished' ? 'finished' : 'stopped');
  }
  const { record, history, model } = experiment;
  return { name: record.name, state: record.state, minutes: record.minutes, history, model };
}

async function showIncluded({ included = 'best' }: Choice): Promise<Trained> {
  const { model, record } = await loadModel(included);
  if (record.run === null)
    throw new Error(`The model "${included}" has no record of its training.`);
  const { name, state, minutes } = record.run;
  const { history } = await readRun(`published/${name}`);
  return { name, state, minutes, history, model };
}
