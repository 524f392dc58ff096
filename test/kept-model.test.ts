import assert from 'node:assert/strict';
import { join } from 'node:path';
import test, { before } from 'node:test';
import { tf } from '../lib/backend';
import { type KeptModel, keptModel } from '../lib/kept-model';
import { saveModel } from '../lib/model-store';
import { buildNetwork, type NetworkRecipe } from '../lib/network';
import { release } from '../lib/registry';
import { temporaryFolder } from './support/folder';

const folder = temporaryFolder();
const [first, second] = ['first', 'second'].map((name) => join(folder, name));

before(async () => {
  const network: NetworkRecipe = { kind: 'plain', widths: [4, 4], convolutions: 1 };
  for (const [seed, place] of [first, second].entries()) {
    const model = buildNetwork(network, { mean: 0.29, deviation: 0.35, seed });
    await saveModel(model, place);
    model.dispose();
  }
});

/** Whether a model's weights can be read: those that were freed throw. */
function isUsable({ model }: KeptModel): boolean {
  try {
    return model.weights[0].read().size > 0;
  } catch {
    return false;
  }
}

test('keptModel(place) frees the model before it, and not one that has another role', async () => {
  const before = tf.memory().numTensors;
  const one = await keptModel(first);
  const each = tf.memory().numTensors - before;
  const other = await keptModel(second, 'sibling');
  assert.deepEqual([one, other].map(isUsable), [true, true]);
  assert.equal(tf.memory().numTensors, before + 2 * each);
  const next = await keptModel(second);
  assert.deepEqual([one, other, next].map(isUsable), [false, true, true]);
  assert.equal(tf.memory().numTensors, before + 2 * each);
  release('model to look at');
  release('sibling');
  assert.equal(tf.memory().numTensors, before);
});
