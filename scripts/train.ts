/**
 * npm run train -- RECIPE [--seed N] [--epochs N] [--all | --images N] [--name RUN]
 * npm run train -- --search FILE --settings JSON [--seed N] [--name RUN]
 * npm run train -- --resume RUN
 *
 * Trains by a recipe of lib/recipes.ts (speed93, quick, speed94, speed95, speed955, residual, small, standard, large
 * or wide; quick if none is named), without Jupyter. Ctrl-C, SIGTERM and a closed terminal stop it after the present step;
 * `--resume` goes on. FILE is a search's `search.json`, JSON the settings of one of its trials. With `--json`
 * it writes a line an epoch.
 */
import { parseArgs } from 'node:util';
import { refuseBeside, runCommand } from '../lib/command';
import { type DatasetOptions, loadDataset } from '../lib/dataset';
import { endWithParent, epochLines, writeLine } from '../lib/epoch-lines';
import {
  type Experiment,
  type ExperimentOptions,
  resumeExperiment,
  runExperiment,
} from '../lib/experiment';
import { reasonOf } from '../lib/integrity';
import { interruptExitCode } from '../lib/interrupt';
import { liveDisplay } from '../lib/live';
import { type Recipe, recipe } from '../lib/recipes';
import { splitSeedOf } from '../lib/run-record';
import { readRunRecord } from '../lib/runs';
import { recipeWith } from '../lib/search';
import { readPlan } from '../lib/search-record';
import { trainingDisplay } from '../lib/training-display';
import { showOutcome } from './train/outcome';

function parse() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: 'string' },
      epochs: { type: 'string' },
      all: { type: 'boolean', default: false },
      images: { type: 'string' },
      name: { type: 'string' },
      resume: { type: 'string' },
      search: { type: 'string' },
      settings: { type: 'string' },
      logs: { type: 'string' },
      models: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const { seed = '1', settings = '{}' } = values;
  refuseIdle(values, positionals[0]);
  return { ...values, seed, settings, recipeName: positionals[0] ?? 'quick' };
}

/** A run goes on as it was begun; a search says what its trials are. */
function refuseIdle(values: Record<string, string | boolean | undefined>, name?: string): void {
  const { resume, seed, epochs, all, images, search, settings } = values;
  const recipe = { RECIPE: name, '--epochs': epochs };
  const trial = { '--search': search, '--settings': settings };
  const others = { '--all': all, '--images': images, '--seed': seed, '--name': values.name };
  refuseBeside({ '--resume': resume }, { ...recipe, ...trial, ...others });
  refuseBeside({ '--search': search }, recipe);
  refuseBeside({ 'a recipe': search === undefined }, { '--settings': settings });
  refuseBeside({ '--all': all }, { '--images': images });
}

type Wishes = ReturnType<typeof parse>;

async function chosenRecipe(wishes: Wishes): Promise<Recipe> {
  const seed = Number(wishes.seed);
  if (wishes.search !== undefined) {
    return recipeWith(await readPlan(wishes.search), JSON.parse(wishes.settings), seed);
  }
  const epochs = wishes.epochs === undefined ? {} : { epochs: Number(wishes.epochs) };
  return recipe(wishes.recipeName, { seed, ...epochs });
}

/** A run that goes on has the images that it was begun with. */
async function chosenImages({ resume, logs, all, images }: Wishes): Promise<DatasetOptions> {
  if (resume !== undefined) {
    const { data } = (await readRunRecord(resume, { logs })).record;
    return { train: data.train, validation: data.validation, seed: splitSeedOf(data) };
  }
  return {
    ...(all && { validation: 0 }),
    ...(images !== undefined && { train: Number(images) }),
  };
}

async function run(
  wishes: Wishes,
  callbacks: Pick<ExperimentOptions, 'onProgress' | 'onTeachers'>,
): Promise<Experiment> {
  const { name, logs, models, resume } = wishes;
  const data = await loadDataset(await chosenImages(wishes));
  const options = { data, logs, models, ...callbacks };
  return resume === undefined
    ? runExperiment({ ...options, recipe: await chosenRecipe(wishes), name })
    : resumeExperiment(resume, options);
}

/** For a person: a live display, and what came out. */
async function show(wishes: Wishes): Promise<void> {
  const live = liveDisplay();
  const { logs, models } = wishes;
  showOutcome(live, await run(wishes, trainingDisplay(live)), { logs, models });
}

/** For a program: lines of JSON. */
async function tell(wishes: Wishes): Promise<void> {
  endWithParent();
  const write = epochLines();
  try {
    const { record, history } = await run(wishes, {
      onProgress({ history, epochs }) {
        // The last epoch is told with the end, when the run is stored.
        if (history.length < epochs) write(history);
      },
    });
    writeLine({ event: 'end', state: record.state, history });
    if (record.state !== 'finished') process.exitCode = interruptExitCode();
  } catch (error) {
    writeLine({ event: 'failed', reason: reasonOf(error) });
    process.exitCode = 1;
  }
}

async function main(): Promise<void> {
  const wishes = parse();
  await (wishes.json ? tell(wishes) : show(wishes));
}

runCommand(main);
