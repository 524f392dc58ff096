import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { tf } from '../lib/backend';
import { loadDataset } from '../lib/dataset';
import { StoppedError } from '../lib/interrupt';
import { answerOf, askMembers, findMembers, sawValidation } from '../lib/members';
import type { ModelRecord } from '../lib/model-record';
import { loadModel, saveModel } from '../lib/model-store';
import { buildNetwork, type NetworkRecipe } from '../lib/network';
import { predictProbabilities } from '../lib/prediction';
import type { RunRecord } from '../lib/run-record';
import { type ViewSet, viewSets } from '../lib/views';
import { distance } from './support/augmentation';
import { temporaryFolder } from './support/folder';
import { requestInterrupt } from './support/interrupt';

const folder = temporaryFolder();

const network: NetworkRecipe = { kind: 'plain', widths: [4, 4], convolutions: 1 };

function trainedOn(
  checksum: string,
  validation: number,
  splitSeed?: number,
): Pick<ModelRecord, 'run'> {
  const data = { checksum, train: 60_000 - validation, validation, splitSeed };
  return { run: { data } as RunRecord };
}

test('sawValidation(record, data) knows a model that was trained on all images of this data', () => {
  const data = { checksum: 'this', validation: { count: 10_000 } as never, splitSeed: 1 };
  assert.equal(sawValidation(trainedOn('this', 10_000), data), false);
  assert.equal(sawValidation(trainedOn('this', 0), data), true);
  assert.equal(sawValidation(trainedOn('other', 0), data), false);
  assert.equal(sawValidation({ run: null }, data), false);
});

test('sawValidation(record, data) knows a model of another split', () => {
  const data = { checksum: 'this', validation: { count: 10_000 } as never, splitSeed: 2 };
  assert.equal(sawValidation(trainedOn('this', 10_000, 2), data), false);
  assert.equal(sawValidation(trainedOn('this', 10_000, 1), data), true);
  assert.equal(sawValidation(trainedOn('this', 10_000), data), true);
  const none = { ...data, validation: { count: 0 } as never };
  assert.equal(sawValidation(trainedOn('this', 10_000, 1), none), false);
});

test('findMembers(pattern, data) names the models that the pattern fits', async () => {
  const data = await loadDataset({ directory: 'test/fixtures' });
  assert.deepEqual(await findMembers(/^best$/, data), ['best']);
  assert.deepEqual(await findMembers(/^nothing/, data), []);
});

test('findMembers(pattern, data) leaves out models that have seen the validation images', async () => {
  const { model, record } = await loadModel('wide');
  model.dispose();
  const { data } = record.run as RunRecord;
  const validation = { count: data.validation } as never;
  const among = (splitSeed: number) =>
    findMembers(/^(best|wide)$/, { checksum: data.checksum, validation, splitSeed });
  assert.deepEqual(await among(1), ['wide']);
  assert.deepEqual(await among(2), []);
});

test('askMembers(places, images, options) answers on each view, and leaves no tensor', async () => {
  const { validation } = await loadDataset({ directory: 'test/fixtures' });
  const models = [1, 2].map((seed) => buildNetwork(network, { mean: 0.29, deviation: 0.35, seed }));
  const places = await Promise.all(
    models.map(async (model, index) => {
      const place = join(folder, String(index));
      await saveModel(model, place);
      return place;
    }),
  );
  const before = tf.memory().numTensors;
  const told: number[][] = [];
  const members = await askMembers(places, validation.images, {
    views: 'mirrored-and-shifted',
    onProgress: (...progress) => told.push(progress),
  });
  assert.equal(tf.memory().numTensors, before);
  const count = validation.count;
  // Two models, six views, and so few images that they are one batch.
  assert.deepEqual(told, [
    [6 * count, 12 * count],
    [12 * count, 12 * count],
  ]);
  for (const [index, { place, answers, multiplyAdds }] of members.entries()) {
    assert.equal(place, places[index]);
    assert.equal(multiplyAdds, 784 * 9 * 4 + 196 * 9 * 16 + 40);
    for (const views of Object.keys(viewSets) as ViewSet[]) {
      const expected = await predictProbabilities(models[index], validation.images, { views });
      const found = answerOf({ answers }, viewSets[views].length);
      assert.ok(distance(found, expected) < 1e-5, `${views}: ${distance(found, expected)}`);
    }
  }
  for (const model of models) model.dispose();
});

test('askMembers(places, images) stops when the user asks it to, and leaves no tensor', async () => {
  const { validation } = await loadDataset({ directory: 'test/fixtures' });
  const model = buildNetwork(network, { mean: 0.29, deviation: 0.35, seed: 3 });
  const place = join(folder, 'stopped');
  await saveModel(model, place);
  model.dispose();
  const before = tf.memory().numTensors;
  requestInterrupt(true);
  try {
    await assert.rejects(askMembers([place], validation.images), StoppedError);
  } finally {
    requestInterrupt(false);
  }
  assert.equal(tf.memory().numTensors, before);
});

test('askMembers([], images) says that there is nobody to ask', async () => {
  await assert.rejects(askMembers([], new Uint8Array(784)), /no model to ask/);
});
