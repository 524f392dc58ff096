/**
 * npm run distill -- --teacher MODEL[,MODEL…] [--recipe NAME] [--views NAME] [--temperature N] [--share N]
 *                    [--seed N] [--epochs N] [--all] [--name RUN]
 *
 * Trains a network by a recipe towards the averaged answers of models in models/ instead of the labels.
 * Ctrl-C, SIGTERM and a closed terminal stop it, a training after the present step; `npm run train -- --resume RUN` goes on.
 */
import { parseArgs } from 'node:util';
import { runCommand } from '../lib/command';
import { loadDataset } from '../lib/dataset';
import { distillation } from '../lib/distillation';
import { runExperiment } from '../lib/experiment';
import { liveDisplay } from '../lib/live';
import { recipe } from '../lib/recipes';
import { trainingDisplay } from '../lib/training-display';
import { viewSet } from '../lib/views';
import { showOutcome } from './train/outcome';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      teacher: { type: 'string' },
      recipe: { type: 'string', default: 'quick' },
      views: { type: 'string', default: 'mirrored-and-shifted' },
      temperature: { type: 'string', default: '1' },
      share: { type: 'string', default: '1' },
      seed: { type: 'string', default: '1' },
      epochs: { type: 'string' },
      all: { type: 'boolean', default: false },
      name: { type: 'string' },
    },
  });
  if (values.teacher === undefined) throw new Error('Which teachers? --teacher MODEL[,MODEL…]');
  const wanted = await distillation(values.teacher.split(','), {
    views: viewSet(values.views),
    temperature: Number(values.temperature),
    share: Number(values.share),
  });
  const student = recipe(values.recipe, {
    seed: Number(values.seed),
    ...(values.epochs === undefined ? {} : { epochs: Number(values.epochs) }),
    // The answers are soft already.
    labelSmoothing: 0,
    distillation: wanted,
  });
  const data = await loadDataset(values.all ? { validation: 0 } : {});
  console.log(`Asking ${wanted.teachers.length} models about ${data.train.count} images …`);
  const live = liveDisplay();
  const experiment = await runExperiment({
    data,
    recipe: student,
    name: values.name,
    ...trainingDisplay(live),
  });
  showOutcome(live, experiment);
}

runCommand(main);
