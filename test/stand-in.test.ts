import assert from 'node:assert/strict';
import { join } from 'node:path';
import test, { before } from 'node:test';
import type { Dataset } from '../lib/dataset';
import { keptModel } from '../lib/kept-model';
import { saveModel } from '../lib/model-store';
import { buildNetwork } from '../lib/network';
import { recipe } from '../lib/recipes';
import { release } from '../lib/registry';
import { readRun } from '../lib/runs';
import { standInFor } from '../lib/stand-in';
import { temporaryFolder } from './support/folder';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
let data: Dataset;

before(async () => {
  const { record } = await readRun('published/wide-1');
  data = { ...record.data, validation: { count: 10_000 }, splitSeed: 1 } as never;
  const all = { ...record.data, train: 60_000, validation: 0 };
  const runs = {
    unknown: null,
    sibling: record,
    final: { ...record, recipe: { ...record.recipe, seed: 7 }, data: all },
    stranger: { ...record, recipe: recipe('quick') },
  };
  const network = { kind: 'plain' as const, widths: [4, 4], convolutions: 1 };
  for (const [name, run] of Object.entries(runs)) {
    const model = buildNetwork(network, { mean: 0.29, deviation: 0.35, seed: 1 });
    await saveModel(model, at(name), { run });
    model.dispose();
  }
});

async function whoFor(name: string, sibling: string) {
  const kept = await keptModel(at(name));
  const found = await standInFor(name, kept, { sibling: at(sibling), data });
  const isItself = found.model === kept.model;
  release('model to look at');
  release('sibling');
  return { isItself, words: found.words.replaceAll(`${folder}/`, '') };
}

test('standInFor(model) that has not seen the validation images is the model itself', async () => {
  const { isItself, words } = await whoFor('sibling', 'nothing that is there');
  assert.deepEqual([isItself, words], [true, '**sibling** itself: it has not seen them.']);
});

test('standInFor(model) without a record of its training is the model itself, and says so', async () => {
  const { isItself, words } = await whoFor('unknown', 'sibling');
  assert.equal(isItself, true);
  assert.match(words, /has not seen them; its record does not say so/);
});

test('standInFor(model) that was trained on the validation images is its sibling', async () => {
  const { isItself, words } = await whoFor('final', 'sibling');
  assert.equal(isItself, false);
  assert.equal(words, 'On validation images, **sibling** stands in for **final**.');
});

test('standInFor(model) says where the sibling is by another recipe, or has seen them too', async () => {
  assert.match((await whoFor('final', 'stranger')).words, /\. It was trained by another recipe/);
  assert.match((await whoFor('final', 'final')).words, /, but has seen them as well: all that/);
});
