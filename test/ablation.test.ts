import assert from 'node:assert/strict';
import test from 'node:test';
import { ablationData, armNames, armRecipe, arms } from '../lib/ablation';
import { buildTransform } from '../lib/augmentation-recipe';
import { type Dataset, loadDataset } from '../lib/dataset';

test('armRecipe(arm, seed) differs between the arms of a seed by name and augmentation alone', () => {
  const { name: _, augmentation, ...common } = armRecipe('nothing', 2);
  assert.deepEqual(augmentation, []);
  for (const arm of armNames) {
    const { name, augmentation, ...rest } = armRecipe(arm, 2);
    assert.ok(name.includes(arm));
    assert.deepEqual(augmentation, arms[arm]);
    assert.deepEqual(rest, common);
    buildTransform(augmentation);
  }
});

test('ablationData(data) picks 12,500 training images, the same each time, and validates on all', async () => {
  const small = await loadDataset({ directory: 'test/fixtures' });
  const count = 60_000;
  const train = {
    name: 'train' as const,
    count,
    images: new Uint8Array(count * 784),
    labels: Uint8Array.from({ length: count }, (_, place) => place % 10),
    indices: Int32Array.from({ length: count }, (_, place) => place),
  };
  const data: Dataset = { ...small, train };
  const [first, second] = [ablationData(data), ablationData(data)];
  assert.equal(new Set(first.train.indices).size, 12_500);
  assert.deepEqual(first.train.indices, second.train.indices);
  assert.equal(first.validation, data.validation);
  assert.equal(first.mean, data.mean);
});
