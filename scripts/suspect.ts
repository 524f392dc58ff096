/**
 * npm run suspect -- [RECIPE] [--folds N] [--epochs N]
 *
 * Trains networks by a recipe, each without one fold of the training images, and writes which labels of its
 * fold each one doubts into logs/published/, where notebook 01 finds them.
 */
import { parseArgs } from 'node:util';
import { runCommand, wholeNumber } from '../lib/command';
import { loadDataset } from '../lib/dataset';
import { liveDisplay } from '../lib/live';
import { machineLine } from '../lib/machine';
import { recipe } from '../lib/recipes';
import { findSuspiciousLabels, writeSuspiciousLabels } from '../lib/suspicious-labels';
import { trainingDisplay } from '../lib/training-display';

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { folds: { type: 'string', default: '5' }, epochs: { type: 'string' } },
  });
  console.log(machineLine());
  const data = await loadDataset();
  const live = liveDisplay();
  const found = await findSuspiciousLabels(data, {
    recipe: recipe(
      positionals[0] ?? 'quick',
      values.epochs === undefined ? {} : { epochs: Number(values.epochs) },
    ),
    folds: wholeNumber('folds', values.folds),
    onProgress: trainingDisplay(live).onProgress,
    onFold: (fold, accuracy) => {
      console.log(`fold ${fold + 1}: ${(100 * accuracy).toFixed(2)} % of the images held out`);
    },
  });
  live.end();
  await writeSuspiciousLabels(found, data.train);
  const { joint, minutes } = found.record;
  const doubted = joint.flatMap((row, label) => row.filter((_, other) => other !== label));
  const total = doubted.reduce((sum, count) => sum + count, 0);
  console.log(`${total} labels are doubted; ${minutes.toFixed(1)} minutes.`);
}

runCommand(main);
