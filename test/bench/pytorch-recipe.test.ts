/** What PyTorch trains in the benchmark of whole trainings is what is trained here. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { writeSplits } from '../../bench/whole-training';
import type { tf } from '../../lib/backend';
import { type Dataset, loadDataset } from '../../lib/dataset';
import { compileTraining } from '../../lib/graph/training-graph';
import { buildNetwork } from '../../lib/network';
import { paths } from '../../lib/paths';
import { predictProbabilities } from '../../lib/prediction';
import { type Recipe, recipe } from '../../lib/recipes';
import { learningRate } from '../../lib/schedule';
import { averageWeights, evaluatedWeights } from '../../lib/weight-averaging';
import { temporaryFolder } from '../support/folder';
import { relativeError } from '../support/graph';

const folder = join(paths.root, '.venv-bench', 'pytorch');
const skip = existsSync(join(folder, '.setup'))
  ? false
  : 'PyTorch comes with the first npm run bench';

const settings: Partial<Recipe> = {
  epochs: 3,
  batchSize: 10,
  augmentation: [],
  precision: 'float32',
};

/** Recipes whose every setting matters within twelve steps. */
const cases: Record<string, Recipe> = {
  'SGD with decay of offsets and exponential averages': recipe('speed95', {
    ...settings,
    network: { ...recipe('speed95').network, widths: [4, 8, 8] } as Recipe['network'],
    optimizer: {
      kind: 'sgd',
      momentum: 0.8,
      nesterov: true,
      weightDecay: 0.4,
      offsetRate: 4,
      decayOffsets: true,
    },
    averaging: { kind: 'exponential', every: 2, decay: 0.3 },
    labelSmoothing: 0.3,
    views: 'mirrored',
  }),
  'SGD without decay of offsets, Lookahead, a cosine, three convolutions a block': recipe('wide', {
    ...settings,
    network: { ...recipe('wide').network, widths: [4, 8] } as Recipe['network'],
    optimizer: { kind: 'sgd', momentum: 0.9, nesterov: false, weightDecay: 0.4, offsetRate: 2 },
    schedule: { kind: 'cosine', peak: 0.1, warmup: 0.25 },
    averaging: { kind: 'lookahead', every: 5, decay: 0.7 },
  }),
  'Muon, for tall and for wide kernels': recipe('speed94', {
    ...settings,
    network: { ...recipe('speed94').network, widths: [16, 4] } as Recipe['network'],
    views: 'plain',
  }),
};

type Weights = { shape: number[]; values: number[] };

const copied = (weight: tf.LayerVariable): Weights => ({
  shape: weight.shape as number[],
  values: Array.from(weight.read().dataSync()),
});

/** Trains on the batches in their order; returns the trained weights and what they make of validation images. */
async function trainHere(model: tf.LayersModel, data: Dataset, asked: Recipe) {
  const { batchSize, schedule, averaging, views } = asked;
  const graph = compileTraining(model, {
    data: { ...data.train, shape: [28, 28, 1], classes: 10 },
    optimizer: asked.optimizer,
    labelSmoothing: asked.labelSmoothing,
    batchSizes: [batchSize],
  });
  const batches = data.train.count / batchSize;
  const steps = asked.epochs * batches;
  for (let step = 0; step < steps; step++) {
    const first = (step % batches) * batchSize;
    const indices = Int32Array.from({ length: batchSize }, (_, index) => first + index);
    graph.step(indices, { rate: learningRate(schedule, step / steps), seed: 0, step, epoch: 0 });
    averageWeights(graph, averaging, { step: step + 1, steps });
  }
  graph.updateModel(evaluatedWeights(averaging, { step: steps, steps }));
  graph.dispose();
  const probabilities = await predictProbabilities(model, data.validation.images, { views });
  return { weights: model.trainableWeights.map(copied), probabilities };
}

/** The same in PyTorch, from the same weights. */
function trainInPytorch(model: tf.LayersModel, data: Dataset, asked: Recipe) {
  const place = temporaryFolder();
  const whitening = model.layers.find(({ name }) => name === 'whitening')?.weights[0];
  const weights = {
    whitening: whitening === undefined ? null : copied(whitening),
    trained: model.trainableWeights.map(copied),
  };
  writeFileSync(join(place, 'weights.json'), JSON.stringify(weights));
  writeSplits(place, data);
  const { mean, deviation } = data;
  const words = { recipe: asked, precision: 'float32', mean, deviation, folder: place };
  const python = join(folder, 'bin', 'python');
  const said = execFileSync(
    python,
    [join('test', 'bench', 'recipe_steps.py'), JSON.stringify(words)],
    {
      env: { ...process.env, PYTHONPATH: 'bench', PYTHONDONTWRITEBYTECODE: '1' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  return JSON.parse(said) as { weights: number[][]; probabilities: number[] };
}

for (const [name, asked] of Object.entries(cases)) {
  test(`PyTorch trains as this project does: ${name}`, { skip }, async () => {
    const all = await loadDataset({ directory: 'test/fixtures' });
    const data = { ...all, validation: { ...all.train, name: 'validation' as const } };
    const { mean, deviation } = data;
    const options = { mean, deviation, seed: 1, images: data.train.images };
    const model = buildNetwork(asked.network, options);
    const before = model.trainableWeights.map(copied);
    const theirs = trainInPytorch(model, data, asked);
    const ours = await trainHere(model, data, asked);
    model.dispose();
    ours.weights.forEach(({ values }, index) => {
      const moved = values.map((value, at) => value - before[index].values[at]);
      const movedThere = theirs.weights[index].map((value, at) => value - before[index].values[at]);
      const apart = relativeError(movedThere, moved);
      assert.ok(apart < 1e-4, `weight ${index}, ${ours.weights[index].shape}: ${apart}`);
    });
    // PyTorch corrects the moving variances of batch norm for the size of the batch.
    const apart = relativeError(theirs.probabilities, ours.probabilities);
    assert.ok(apart < 0.003, `probabilities: ${apart}`);
  });
}
