/** A whole training by a recipe, here or in PyTorch: how long it takes, and the accuracy it reaches. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Dataset } from '../lib/dataset';
import { accuracy } from '../lib/evaluation';
import type { Precision } from '../lib/graph/precision';
import { buildNetwork } from '../lib/network';
import { paths } from '../lib/paths';
import { predictProbabilities } from '../lib/prediction';
import type { Recipe } from '../lib/recipes';
import { train } from '../lib/training';
import { ours } from './contenders';
import { peerPython } from './environment';
import { facts } from './listener';
import { peerEnvironment } from './running';

export type Side = typeof ours | 'PyTorch';

/** What one training came to. */
export interface Training {
  who: Side;
  seed: number;
  seconds: number;
  validationAccuracy: number;
  /** Numbers that training moves. */
  parameters: number;
  /** How PyTorch computed: the faster of its ways. */
  variant?: string;
  versions: Record<string, string>;
}

export type FixedRecipe = Recipe & { precision: Precision };

/**
 * Trains by a recipe, on each side. The time is from images in memory to the last weights judged on the
 * validation images: whitening, compilation, augmentation and averages included, validations after the other
 * epochs left out.
 */
export const sides: Record<Side, (data: Dataset, recipe: FixedRecipe) => Promise<Training>> = {
  [ours]: trainHere,
  PyTorch: trainInPytorch,
};

async function trainHere(data: Dataset, recipe: FixedRecipe): Promise<Training> {
  const { mean, deviation, train: split, validation } = data;
  const { seed, precision, views } = recipe;
  const start = performance.now();
  const model = buildNetwork(recipe.network, { mean, deviation, seed, images: split.images });
  // Without validation images nothing is judged between epochs.
  const none = { ...validation, count: 0 };
  await train(model, { ...data, validation: none }, { recipe });
  const answers = await predictProbabilities(model, validation.images, { views, precision });
  const seconds = (performance.now() - start) / 1000;
  const validationAccuracy = accuracy(answers, validation.labels);
  const { versions, parameters } = facts(model);
  model.dispose();
  return { who: ours, seed, seconds, validationAccuracy, parameters, versions };
}

/** Writes images and labels where pytorch_recipe.py reads them. */
export function writeSplits(
  folder: string,
  { train, validation }: Pick<Dataset, 'train' | 'validation'>,
): void {
  for (const { name, images, labels } of [train, validation]) {
    writeFileSync(join(folder, `images.${name}`), images);
    writeFileSync(join(folder, `labels.${name}`), labels);
  }
}

async function trainInPytorch(data: Dataset, recipe: FixedRecipe): Promise<Training> {
  const { mean, deviation } = data;
  const { precision, seed } = recipe;
  const python = await peerPython('pytorch');
  const folder = mkdtempSync(join(tmpdir(), 'time-to-accuracy-'));
  try {
    writeSplits(folder, data);
    const settings = JSON.stringify({ recipe, precision, mean, deviation, folder });
    const options = {
      cwd: paths.root,
      // Compiled anew in each training, as here: by itself it would find the last one's on the disk.
      env: { ...peerEnvironment(), TORCHINDUCTOR_FORCE_DISABLE_CACHES: '1' },
      maxBuffer: 2 ** 26,
    };
    const words = ['bench/pytorch_recipe.py', settings];
    const { stdout } = await promisify(execFile)(python, words, options);
    return { who: 'PyTorch', seed, ...JSON.parse(stdout) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
