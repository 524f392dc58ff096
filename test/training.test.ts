import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { tf } from '../lib/backend';
import { type Dataset, loadDataset } from '../lib/dataset';
import { logLoss } from '../lib/evaluation';
import { resumeExperiment, runExperiment } from '../lib/experiment';
import { loadModel } from '../lib/model-store';
import { buildNetwork } from '../lib/network';
import { predictProbabilities } from '../lib/prediction';
import { type Recipe, recipe } from '../lib/recipes';
import { readRun } from '../lib/runs';
import { type TrainingOptions, train } from '../lib/training';
import { inFolder } from './support/folder';

const tiny: Recipe = recipe('quick', {
  network: { kind: 'airbench', widths: [8, 8], convolutions: 2, activation: 'relu' },
  epochs: 6,
  batchSize: 12,
  // So few images on so small a network bear smaller steps than the recipe's.
  optimizer: { kind: 'sgd', momentum: 0.9, nesterov: true, weightDecay: 0.005 },
  schedule: { kind: 'triangular', peak: 0.1, warmup: 0.25, final: 0.02 },
  averaging: { kind: 'exponential', every: 3, decay: 0.97 },
  labelSmoothing: 0.1,
  augmentation: [{ kind: 'alternatingFlip' }, { kind: 'shift', pixels: 2 }],
  precision: 'float32',
});

const load = (): Promise<Dataset> => loadDataset({ directory: 'test/fixtures' });

/** Trains a fresh network and returns what came of it, with the weights on the host. */
async function trainFresh(data: Dataset, options: TrainingOptions & { recipe: Recipe }) {
  const { mean, deviation } = data;
  const { network, seed } = options.recipe;
  const model = buildNetwork(network, { mean, deviation, seed });
  try {
    const result = await train(model, data, options);
    return { result, weights: model.getWeights().map((weight) => weight.dataSync()) };
  } finally {
    model.dispose();
  }
}

/** Asks to stop after so many steps. */
function stopAfter(steps: number): () => boolean {
  let asked = 0;
  return () => ++asked >= steps;
}

test('train(model, data, recipe) learns, and leaves no tensors behind', async () => {
  const data = await load();
  const before = tf.memory().numTensors;
  const { result } = await trainFresh(data, { recipe: { ...tiny, epochs: 20 } });
  const { history } = result;
  assert.equal(result.state, 'finished');
  assert.equal(history.length, 20);
  assert.equal(result.step, 20 * Math.ceil(data.train.count / tiny.batchSize));
  assert.ok(history[19].loss < 0.7 * history[0].loss, `${history[0].loss} to ${history[19].loss}`);
  assert.equal(tf.memory().numTensors, before);
});

test('train(model, data, recipe) lets the event loop run: timers and input are served meanwhile', async () => {
  const data = await load();
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  const calls: number[] = [];
  const onProgress = () => calls.push(turns);
  try {
    await trainFresh(data, { recipe: { ...tiny, epochs: 12 }, onProgress });
  } finally {
    // Else a training that fails would leave the process running for ever.
    clearInterval(timer);
  }
  // A timer may be a millisecond late, but not once in all of these calls.
  const served = calls.filter((turn, index) => index > 0 && turn > calls[index - 1]).length;
  assert.ok(served > calls.length / 2, `after ${served} of ${calls.length} calls`);
});

test('train(model, data, recipe) deals the images anew in each epoch', async () => {
  const still: Recipe = {
    ...{ ...tiny, epochs: 3, augmentation: [], averaging: { kind: 'none' } },
    optimizer: { kind: 'sgd', momentum: 0, nesterov: false, weightDecay: 0 },
    schedule: { kind: 'flat', peak: 1e-30 },
  };
  const { result } = await trainFresh(await load(), { recipe: still });
  // The weights stand still: batch norm sees other batches.
  assert.equal(new Set(result.history.map(({ loss }) => loss)).size, 3);
});

test('train(model, data, recipe) gives the same weights for the same seed, others for another', async () => {
  const data = await load();
  const first = await trainFresh(data, { recipe: tiny });
  const second = await trainFresh(data, { recipe: tiny });
  const other = await trainFresh(data, { recipe: { ...tiny, seed: 2 } });
  assert.deepEqual(second.weights, first.weights);
  assert.notDeepEqual(other.weights, first.weights);
});

test('train(model, data, options) evaluates the weights themselves until their averages have moved', async () => {
  const data = await load();
  const shouldStop = stopAfter(3);
  const averaging = { ...tiny.averaging, every: 1000 } as Recipe['averaging'];
  const late = await trainFresh(data, { recipe: { ...tiny, averaging }, shouldStop });
  const plain: Recipe = { ...tiny, averaging: { kind: 'none' } };
  const none = await trainFresh(data, { recipe: plain, shouldStop: stopAfter(3) });
  assert.equal(late.result.state, 'interrupted');
  assert.deepEqual(late.weights, none.weights);
});

test('train(model, data, { recipe }) scales gradients down to the recipe’s clipNorm', async () => {
  const data = await load();
  const clipNorm = 1e-9;
  const optimizer = { ...tiny.optimizer, weightDecay: 0 };
  const clipped: Recipe = { ...tiny, optimizer, clipNorm, averaging: { kind: 'none' } };
  const free: Recipe = { ...clipped, clipNorm: undefined };
  // The rate is at most 0.1, and momentum adds at most as much again for each of two steps.
  assert.ok((await farthestMove(data, clipped)) < clipNorm);
  assert.ok((await farthestMove(data, free)) > 1e6 * clipNorm);
});

/** How far any trained weight that began at 0 is from 0 after two steps: no rounding hides a small move there. */
async function farthestMove(data: Dataset, recipe: Recipe): Promise<number> {
  const { mean, deviation } = data;
  const fresh = buildNetwork(recipe.network, { mean, deviation, seed: recipe.seed });
  const starts = fresh.weights.map((weight) => weight.trainable && weight.read().dataSync());
  fresh.dispose();
  const { weights } = await trainFresh(data, { recipe, shouldStop: stopAfter(2) });
  let farthest = 0;
  starts.forEach((start, place) => {
    if (!start) return;
    start.forEach((value, index) => {
      if (value === 0) farthest = Math.max(farthest, Math.abs(weights[place][index]));
    });
  });
  return farthest;
}

test('train(model, data, { views }) validates in these views after the last epoch alone', async () => {
  const data = await load();
  const { mean, deviation } = data;
  const plain = await trainFresh(data, { recipe: { ...tiny, epochs: 2 } });
  const model = buildNetwork(tiny.network, { mean, deviation, seed: tiny.seed });
  const { history } = await train(model, data, {
    recipe: { ...tiny, epochs: 2, views: 'mirrored-and-shifted' },
  });
  const views = 'mirrored-and-shifted';
  const probabilities = await predictProbabilities(model, data.validation.images, { views });
  model.dispose();
  assert.equal(history[0].validationLoss, plain.result.history[0].validationLoss);
  assert.notEqual(history[1].validationLoss, plain.result.history[1].validationLoss);
  assert.equal(history[1].validationLoss, logLoss(probabilities, data.validation.labels));
});

for (const averaging of [
  { kind: 'exponential', every: 2, decay: 0.9 },
  { kind: 'lookahead', every: 2, decay: 0.9 },
] as const) {
  test(`train(…) stopped and resumed ends as if never stopped, ${averaging.kind} averages`, async () => {
    const data = await load();
    await inFolder(async (checkpoints) => {
      const wanted = { ...tiny, averaging };
      const whole = await trainFresh(data, { recipe: wanted });
      const stopped = await trainFresh(data, {
        recipe: wanted,
        checkpoints,
        shouldStop: stopAfter(7),
      });
      assert.equal(stopped.result.state, 'interrupted');
      assert.ok(stopped.result.step < whole.result.step);
      const resumed = await trainFresh(data, { recipe: wanted, checkpoints });
      assert.equal(resumed.result.state, 'finished');
      assert.deepEqual(resumed.weights, whole.weights);
      const timeless = ({ result }: typeof whole) =>
        result.history.map(({ seconds, imagesPerSecond, ...rest }) => rest);
      assert.deepEqual(timeless(resumed), timeless(whole));
    });
  });
}

test('train(…) refuses checkpoints of another recipe', async () => {
  const data = await load();
  await inFolder(async (checkpoints) => {
    await trainFresh(data, { recipe: tiny, checkpoints, shouldStop: stopAfter(2) });
    const other = { ...tiny, labelSmoothing: 0.2 };
    await assert.rejects(
      trainFresh(data, { recipe: other, checkpoints }),
      /are of another recipe: .*remove them/s,
    );
  });
});

test('train(…) stops at a loss that is no number, with the step and the rate', async () => {
  const data = await load();
  const wild: Recipe = { ...tiny, schedule: { kind: 'flat', peak: 1e30 } };
  await assert.rejects(
    trainFresh(data, { recipe: wild }),
    /The loss became (NaN|Infinity) in step \d+ at a learning rate of 1e\+30/,
  );
});

test('runExperiment(options) leaves a record, a curve and a model that loads', async () => {
  const data = await load();
  await inFolder(async (folder) => {
    const places = { logs: join(folder, 'logs'), models: join(folder, 'models') };
    const { model, record } = await runExperiment({ data, recipe: tiny, name: 'one', ...places });
    const stored = await readRun('one', places);
    assert.equal(stored.record.state, 'finished');
    assert.equal(stored.history.length, tiny.epochs);
    assert.equal(record.result.validationAccuracy, stored.history[5].validationAccuracy);
    const loaded = await loadModel(join(places.models, 'one'));
    assert.deepEqual(
      loaded.model.getWeights().map((weight) => weight.dataSync()),
      model.getWeights().map((weight) => weight.dataSync()),
    );
    tf.dispose([model, loaded.model] as unknown as tf.Tensor[]);
  });
});

test('resumeExperiment(name, options) refuses a run that is finished, and other images', async () => {
  const data = await load();
  await inFolder(async (folder) => {
    const places = { logs: join(folder, 'logs'), models: join(folder, 'models') };
    const short = { ...tiny, epochs: 1 };
    const { model } = await runExperiment({ data, recipe: short, name: 'one', ...places });
    model.dispose();
    await assert.rejects(resumeExperiment('one', { data, ...places }), /is finished/);
    const everything = await loadDataset({ directory: 'test/fixtures', validation: 0 });
    const { train, validation } = data;
    await assert.rejects(resumeExperiment('one', { data: everything, ...places }), {
      message:
        `The run one was begun with ${train.count} images to train on and ${validation.count} to validate ` +
        `on: go on with the same, got ${everything.train.count} and 0.`,
    });
  });
});

test('train(model, data, options) fails with step and rate where weights so large give no answers', async () => {
  const data = await load();
  const { mean, deviation } = data;
  const model = buildNetwork(tiny.network, { mean, deviation, seed: 1 });
  const tooFast: Recipe = { ...tiny, schedule: { kind: 'flat', peak: 2000 } };
  await assert.rejects(
    train(model, data, { recipe: tooFast }),
    /^DivergenceError: A number of the answers on validation became NaN in step 3 at a learning rate of 2000/,
  );
  model.dispose();
});
