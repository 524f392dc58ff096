import assert from 'node:assert/strict';
import test from 'node:test';
import { trainOnce } from '../lib/ablation';
import { tf } from '../lib/backend';
import { crossFit, stratifiedFolds } from '../lib/cross-fitting';
import { loadDataset } from '../lib/dataset';
import { recipe } from '../lib/recipes';

test('stratifiedFolds(labels, { folds }) puts each label into one fold, all folds alike', () => {
  const labels = Uint8Array.from({ length: 103 }, (_, place) => (place * place) % 10);
  const folds = stratifiedFolds(labels, { folds: 4, seed: 1 });
  const all = folds.flatMap((places) => [...places]).sort((one, other) => one - other);
  assert.deepEqual(all, [...labels.keys()]);
  const counts = (label: number) =>
    folds.map((places) => places.filter((place) => labels[place] === label).length);
  for (const sizes of [folds.map(({ length }) => length), ...[0, 1, 4, 5, 6, 9].map(counts)]) {
    assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1, `${sizes}`);
  }
});

test('stratifiedFolds(labels, { seed }) deals in the same way for the same seed', () => {
  const labels = Uint8Array.from({ length: 60 }, (_, place) => place % 3);
  const deal = (seed: number) => stratifiedFolds(labels, { folds: 3, seed });
  assert.deepEqual(deal(1), deal(1));
  assert.notDeepEqual(deal(1), deal(2));
});

test('stratifiedFolds(labels, { folds }) refuses a number of folds that there cannot be', () => {
  for (const folds of [1, 2.5, 5]) {
    assert.throws(() => stratifiedFolds(new Uint8Array(4), { folds, seed: 1 }), /from 2 to 4/);
  }
});

test('crossFit(data) judges each image by a network that has not seen it', async () => {
  const data = await loadDataset({ directory: 'test/fixtures' });
  const tiny = recipe('quick', {
    network: { kind: 'airbench', widths: [8, 8], convolutions: 2, activation: 'relu' },
    epochs: 40,
    batchSize: 10,
    augmentation: [],
    precision: 'float32',
    optimizer: { kind: 'sgd', momentum: 0.9, nesterov: true, weightDecay: 0 },
    schedule: { kind: 'triangular', peak: 0.05, warmup: 0.25, final: 0 },
  });
  // Labels without sense can be learned by heart, but not guessed for an image that was held out.
  const labels = data.train.labels.map((_, place) => (place * 7 + (place >> 2)) % 10);
  const senseless = { ...data, train: { ...data.train, labels } };
  const before = tf.memory().numTensors;
  const seen: number[] = [];
  const { probabilities, accuracies } = await crossFit(senseless, {
    recipe: tiny,
    folds: 3,
    onFold: (fold) => seen.push(fold),
  });
  assert.equal(tf.memory().numTensors, before);
  assert.deepEqual(seen, [0, 1, 2]);
  assert.ok(Math.max(...accuracies) < 0.5, `${accuracies}`);
  const known = await trainOnce({ ...senseless, validation: senseless.train }, { recipe: tiny });
  const { validationAccuracy = 0 } = known.history[tiny.epochs - 1];
  assert.ok(validationAccuracy > 0.8, `by heart: ${validationAccuracy}`);
  labels.forEach((_, place) => {
    const row = probabilities.subarray(10 * place, 10 * place + 10);
    const sum = row.reduce((total, value) => total + value, 0);
    assert.ok(Math.abs(sum - 1) < 1e-5, `image ${place}: ${sum}`);
  });
});
