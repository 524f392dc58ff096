import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { createRun, finishRun, resumeRun } from '../lib/active-run';
import { type Dataset, loadDataset } from '../lib/dataset';
import { expectation, outcome, runOrShow } from '../lib/experiment-choice';
import { paths } from '../lib/paths';
import { release } from '../lib/registry';
import { readRun } from '../lib/runs';
import { temporaryFolder } from './support/folder';
import { recipe } from './support/run';

Object.assign(paths, { logs: temporaryFolder(), models: temporaryFolder() });

let data: Dataset;
before(async () => {
  data = await loadDataset({ directory: 'test/fixtures' });
});

/** Leaves an interrupted run without a checkpoint. */
async function interrupted(name: string, images = data) {
  const run = await createRun({ recipe, data: images, parameters: 1, name });
  return finishRun(run, { state: 'interrupted' });
}

const latest = { mode: 'train', recipe, resume: 'latest', included: 'none' } as const;

test('expectation(choice, data) of the latest run takes what was stopped last, of runs on these images', async () => {
  await assert.rejects(expectation(latest, data), /No run on these images was interrupted/);
  await interrupted('first');
  await interrupted('second');
  await interrupted('all', await loadDataset({ directory: 'test/fixtures', validation: 0 }));
  assert.match(await expectation(latest, data), /^The run second goes on after epoch 0\. 3 epochs/);
  const record = await finishRun(await resumeRun('first', { data }), { state: 'interrupted' });
  assert.match(await expectation(latest, data), /^The run first goes on/);
  assert.match(outcome({ record }, data), /resume: 'first'/);
});

test('runOrShow(choice, data) goes on with a run, and says how it ended', async () => {
  const trained = await runOrShow({ ...latest, resume: 'second' }, data);
  assert.deepEqual([trained.record.state, trained.history.length], ['finished', 3]);
  assert.match(outcome(trained, data), /^Run \*\*second\*\* is finished after [^.]*\.$/);
  release('trained model');
});

test('expectation(choice, data) of a run that cannot go on is the error that running it would be', async () => {
  const of = (resume: string) => expectation({ ...latest, resume }, data);
  await assert.rejects(of('second'), { message: 'The run second is finished: train anew.' });
  await assert.rejects(of('all'), /^Error: The run all was begun with \d+ images to train on/);
});

test('outcome(trained, data) says where a run was trained on images that are for validation here', async () => {
  const { record } = await readRun('all');
  assert.match(outcome({ record }, data), /after [^.]*\. It knows the validation images/);
});

test('runOrShow(choice, data) shows a model with the curve of its training, one of one’s own as well', async () => {
  const own = await runOrShow({ mode: 'evaluate', recipe, included: 'runs/second' }, data);
  assert.equal(own.history.length, 3);
  release('trained model');
});
