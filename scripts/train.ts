/**
 * npm run train -- NAME [--seed N] [--epochs N] [--all] [--name RUN]
 * npm run train -- --resume RUN
 *
 * Trains by a recipe, without Jupyter. Ctrl-C, SIGTERM and a closed terminal stop it after the present step;
 * `--resume` goes on.
 */
import { parseArgs } from 'node:util';
import { loadDataset } from '../lib/dataset';
import { resumeExperiment, runExperiment } from '../lib/experiment';
import { reasonOf } from '../lib/integrity';
import { interruptExitCode } from '../lib/interrupt';
import { liveDisplay } from '../lib/live';
import { recipe } from '../lib/recipes';
import { trainingDisplay } from '../lib/training-display';

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: '1' },
      epochs: { type: 'string' },
      all: { type: 'boolean', default: false },
      name: { type: 'string' },
      resume: { type: 'string' },
    },
  });
  const data = await loadDataset(values.all ? { validation: 0 } : {});
  const live = liveDisplay();
  const onProgress = trainingDisplay(live);
  const chosen = recipe(positionals[0] ?? 'quick', {
    seed: Number(values.seed),
    ...(values.epochs === undefined ? {} : { epochs: Number(values.epochs) }),
  });
  const { record, folder } = await (values.resume === undefined
    ? runExperiment({ data, recipe: chosen, name: values.name, onProgress })
    : resumeExperiment(values.resume, { data, onProgress }));
  live.end(record.state === 'finished' ? 'finished' : 'stopped');
  if (record.state !== 'finished') {
    console.log(`Stopped. Go on with: npm run train -- --resume ${record.name}`);
    process.exitCode = interruptExitCode();
    return;
  }
  const { validationAccuracy } = record.result;
  if (validationAccuracy !== undefined) {
    console.log(`validation accuracy ${(100 * validationAccuracy).toFixed(2)} %`);
  }
  console.log(`model ${folder}, record logs/${record.name}/record.json`);
}

main().catch((error: unknown) => {
  console.error(reasonOf(error));
  process.exitCode = 1;
});
