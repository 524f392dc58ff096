/**
 * npm run ablation -- [--seeds N] [--trainings N] [--record FILE]
 *
 * Trains a small network without augmentation, with each transform, and with those of the standard recipe,
 * from N seeds (3) each, and notes the accuracy on validation. Ctrl-C stops; started again it goes on.
 * `--trainings` ends it after so many.
 */
import { parseArgs } from 'node:util';
import { armNames } from '../lib/ablation';
import {
  ablationPath,
  demandSameImages,
  missingTrainings,
  readAblation,
  trainArm,
} from '../lib/ablation-record';
import { runCommand, wholeNumber } from '../lib/command';
import { loadDataset } from '../lib/dataset';
import { interruptExitCode, interruptRequested } from '../lib/interrupt';
import { liveDisplay } from '../lib/live';
import { trainingDisplay } from '../lib/training-display';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '3' },
      trainings: { type: 'string' },
      record: { type: 'string', default: ablationPath },
    },
  });
  const { record: path } = values;
  const seeds = wholeNumber('seeds', values.seeds);
  const most =
    values.trainings === undefined ? undefined : wholeNumber('trainings', values.trainings);
  const done = await readAblation(path);
  const data = await loadDataset();
  demandSameImages(done, data);
  const missing = missingTrainings(done, { seeds });
  for (const planned of missing.slice(0, most)) {
    const live = liveDisplay();
    const { onProgress } = trainingDisplay(live);
    const trained = await trainArm(planned, data, {
      path,
      onProgress,
      shouldStop: interruptRequested,
    });
    live.end(trained === undefined ? 'stopped' : 'finished');
    if (trained === undefined) {
      process.exitCode = interruptExitCode();
      return;
    }
    const accuracy = `${(100 * trained.validationAccuracy).toFixed(2)} %`;
    console.log(`${planned.arm}, seed ${planned.seed}: ${accuracy} on validation`);
  }
  const left = missingTrainings(await readAblation(path), { seeds }).length;
  console.log(`${left} of ${armNames.length * seeds} trainings are left.`);
}

runCommand(main);
