import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { createRun, finishRun } from '../lib/active-run';
import { tf } from '../lib/backend';
import { loadDataset } from '../lib/dataset';
import { distillation, mixTargets, softLabels } from '../lib/distillation';
import { averageProbabilities } from '../lib/ensemble';
import { resumeExperiment, runExperiment } from '../lib/experiment';
import { listModels, saveModel } from '../lib/model-store';
import { buildNetwork, type NetworkRecipe } from '../lib/network';
import { predictProbabilities } from '../lib/prediction';
import { readRun } from '../lib/runs';
import { distance } from './support/augmentation';
import { temporaryFolder } from './support/folder';
import { requestInterrupt } from './support/interrupt';
import { recipe } from './support/run';

const folder = temporaryFolder();

const network: NetworkRecipe = { kind: 'plain', widths: [4, 4], convolutions: 1 };
const load = () => loadDataset({ directory: 'test/fixtures' });

/** Saves a network with the first weights of a seed; returns its folder and its probabilities. */
async function saveTeacher(seed: number, images: Uint8Array) {
  const model = buildNetwork(network, { mean: 0.29, deviation: 0.35, seed });
  const place = join(folder, `teacher-${seed}`);
  const probabilities = await predictProbabilities(model, images, { views: 'mirrored' });
  const { files } = await saveModel(model, place);
  model.dispose();
  return { place, probabilities, sha256: files['weights.bin'].sha256 };
}

test('mixTargets(answers, labels, options) mixes softened answers and labels, worked out by hand', () => {
  const answers = Float32Array.of(0.81, 0.16, 0.01, 0.01, 0.01, 0, 0, 0, 0, 0);
  const targets = mixTargets(answers, Uint8Array.of(1), { temperature: 2, share: 0.5 });
  // Square roots 0.9, 0.4, 0.1, 0.1, 0.1 have the sum 1.6; half of each share, and half for the label.
  const expected = [0.9 / 3.2, 0.4 / 3.2 + 0.5, 0.1 / 3.2, 0.1 / 3.2, 0.1 / 3.2, 0, 0, 0, 0, 0];
  assert.ok(distance(targets, expected) < 1e-6);
});

test('mixTargets(answers, labels, options) of share 0 is the labels, of share 1 the answers', () => {
  const answers = Float32Array.of(0.5, 0.25, 0.25, 0, 0, 0, 0, 0, 0, 0);
  const of = (share: number) => [
    ...mixTargets(answers, Uint8Array.of(2), { temperature: 1, share }),
  ];
  assert.deepEqual(of(0), [0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
  assert.ok(distance(of(1), answers) < 1e-6);
});

test('softLabels(split, distillation) averages what the teachers say to the views', async () => {
  const data = await load();
  const teachers = [
    await saveTeacher(1, data.train.images),
    await saveTeacher(2, data.train.images),
  ];
  const before = tf.memory().numTensors;
  const wanted = await distillation(
    teachers.map(({ place }) => place),
    { views: 'mirrored' },
  );
  const told: number[][] = [];
  const soft = await softLabels(data, wanted, (...counts) => told.push(counts));
  const all = 2 * data.train.count;
  assert.deepEqual(told.at(-1), [all, all]);
  assert.equal(tf.memory().numTensors, before);
  const expected = averageProbabilities(teachers.map(({ probabilities }) => probabilities));
  assert.ok(distance(soft, expected) < 1e-5);
});

test('softLabels(split, distillation) refuses a teacher that was trained anew', async () => {
  const data = await load();
  const { place } = await saveTeacher(3, data.train.images);
  const wanted = await distillation([place]);
  const other = buildNetwork(network, { mean: 0.29, deviation: 0.35, seed: 4 });
  await saveModel(other, place);
  other.dispose();
  await assert.rejects(
    softLabels(data, wanted),
    /teacher-3 has weights with SHA-256 .*distil anew/,
  );
});

test('softLabels(split, distillation) refuses a teacher that was trained on the validation images', async () => {
  const all = await loadDataset({ directory: 'test/fixtures', validation: 0 });
  const logs = join(folder, 'logs');
  const run = await createRun({ recipe, data: all, parameters: 1, name: 'all', logs });
  const model = buildNetwork(network, { mean: 0.29, deviation: 0.35, seed: 8 });
  const place = join(folder, 'knows');
  await saveModel(model, place, { run: await finishRun(run, { state: 'finished' }) });
  model.dispose();
  const wanted = await distillation([place]);
  const data = await load();
  const refused = /knows was trained on the validation images too/;
  await assert.rejects(softLabels(data, wanted), refused);
  // Nor is a run made that could never be gone on with.
  const student = { ...recipe, distillation: wanted };
  await assert.rejects(runExperiment({ data, recipe: student, name: 'student', logs }), refused);
  assert.ok(!existsSync(join(logs, 'student')));
});

test('distillation(models, options) refuses no models, and options out of range', async () => {
  await assert.rejects(distillation([]), /at least one teacher/);
  await assert.rejects(distillation(['best'], { share: 2 }), /share: 2 .*from 0 to 1/);
  await assert.rejects(distillation(['best'], { temperature: 0 }), /temperature: 0 .*0.05 to 20/);
});

test('runExperiment(options) distils, and names teachers and checksums in the record', async () => {
  const data = await load();
  const { place, sha256 } = await saveTeacher(5, data.train.images);
  const wanted = await distillation([place]);
  const student = { ...recipe, epochs: 20, distillation: wanted };
  const places = { logs: join(folder, 'logs'), models: join(folder, 'models') };
  const { model, history } = await runExperiment({ data, recipe: student, name: 'one', ...places });
  model.dispose();
  const { record } = await readRun('one', places);
  assert.deepEqual(record.recipe.distillation, {
    teachers: [{ model: place, sha256 }],
    views: 'mirrored-and-shifted',
    temperature: 1,
    share: 1,
  });
  // The answers of untrained teachers are flat: no loss comes below their entropy.
  const soft = await softLabels(data, wanted);
  const entropy =
    soft.reduce((sum, p) => sum - (p > 0 ? p * Math.log(p) : 0), 0) / data.train.count;
  const losses = history.map(({ loss }) => loss);
  assert.ok(losses[19] < losses[0] && losses[19] > entropy, `${losses[19]}, entropy ${entropy}`);
});

test('runExperiment(options) can be stopped while teachers are asked, and the run be gone on with', async () => {
  const data = await load();
  const { place } = await saveTeacher(6, data.train.images);
  const student = { ...recipe, epochs: 1, distillation: await distillation([place]) };
  const places = { logs: join(folder, 'logs'), models: join(folder, 'models') };
  requestInterrupt(true);
  const stopped = await runExperiment({ data, recipe: student, name: 'asked', ...places });
  requestInterrupt(false);
  stopped.model.dispose();
  assert.deepEqual([stopped.record.state, stopped.history], ['interrupted', []]);
  const resumed = await resumeExperiment('asked', { data, ...places });
  resumed.model.dispose();
  assert.equal(resumed.record.state, 'finished');
});

test('the included student was taught by the included members', async () => {
  const models = await listModels();
  const student = models.find(({ place }) => place === 'ensemble/distilled');
  const members = models.filter(({ place }) => /^ensemble\/\d+$/.test(place));
  const expected = members.map(({ place, record }) => ({
    model: place,
    sha256: record.files['weights.bin'].sha256,
  }));
  assert.ok(expected.length >= 2);
  assert.deepEqual(student?.record.run?.recipe.distillation?.teachers, expected);
});
