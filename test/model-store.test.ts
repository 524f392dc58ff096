import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { createRun, finishRun, noteHistory } from '../lib/active-run';
import { tf } from '../lib/backend';
import { listModels, loadModel, saveModel } from '../lib/model-store';
import { buildNetwork, type NetworkRecipe } from '../lib/network';
import { paths } from '../lib/paths';
import { temporaryFolder } from './support/folder';
import { data, epoch, recipe } from './support/run';

const folder = temporaryFolder();

const network: NetworkRecipe = {
  kind: 'airbench',
  widths: [4, 6],
  convolutions: 3,
  activation: 'gelu',
};

function smallNetwork(seed = 1): tf.LayersModel {
  return buildNetwork(network, { mean: 0.29, deviation: 0.35, seed });
}

/** The probabilities of three images that are always the same. */
function predict(model: tf.LayersModel): Float32Array {
  return tf.tidy(() => {
    const images = tf.linspace(0, 1, 3 * 784).reshape([3, 28, 28, 1]);
    return (model.predict(images) as tf.Tensor).dataSync() as Float32Array;
  });
}

async function saved(place: string, options = {}): Promise<Float32Array> {
  const model = smallNetwork();
  await saveModel(model, place, options);
  const probabilities = predict(model);
  model.dispose();
  return probabilities;
}

test('saveModel(model, folder) and loadModel(folder) make a round trip and leave no tensor', async () => {
  const place = join(folder, 'deep', 'round-trip');
  const run = await createRun({ recipe, data, parameters: 1, name: 'made', logs: folder });
  await noteHistory(run, [epoch(1)]);
  const made = await finishRun(run, { state: 'finished' });
  const tensors = tf.memory().numTensors;
  const expected = await saved(place, { run: made, views: 'mirrored' });
  assert.deepEqual(readdirSync(place).sort(), ['model.json', 'record.json', 'weights.bin']);
  assert.deepEqual(readdirSync(join(folder, 'deep')), ['round-trip']);
  const { model, record } = await loadModel(place);
  assert.deepEqual(predict(model), expected);
  assert.equal(record.name, 'round-trip');
  assert.equal(record.parameters, model.countParams());
  assert.equal(record.views, 'mirrored');
  assert.deepEqual(record.run, made);
  model.dispose();
  assert.equal(tf.memory().numTensors, tensors);
});

test('saveModel(model, folder) makes files that stock TensorFlow.js opens', async () => {
  for (const weights of ['float32', 'float16']) {
    const place = join(folder, `stock-${weights}`);
    await saved(place, { weights });
    const { model } = await loadModel(place);
    const program = `
      require('./lib/node-compatibility');
      const tf = require('@tensorflow/tfjs-node-gpu');
      tf.loadLayersModel(${JSON.stringify(`file://${place}/model.json`)}).then((model) => {
        const images = tf.linspace(0, 1, 3 * 784).reshape([3, 28, 28, 1]);
        console.log(JSON.stringify(Array.from(model.predict(images).dataSync())));
      });`;
    const output = execFileSync(process.execPath, ['--import', 'tsx', '--eval', program], {
      cwd: paths.root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const found = Float32Array.from(JSON.parse(output));
    predict(model).forEach((value, index) => {
      assert.ok(Math.abs(found[index] - value) < 1e-6);
    });
    model.dispose();
  }
});

test('saveModel(model, folder, { weights: "float16" }) halves the filters and hardly changes the result', async () => {
  const place = join(folder, 'half');
  const exact = await saved(place, { weights: 'float16' });
  const { model, record } = await loadModel(place);
  const shapes = model.getWeights().map(({ shape, size }) => ({ rank: shape.length, size }));
  const bytes = shapes.reduce((sum, { rank, size }) => sum + (rank > 1 ? 2 : 4) * size, 0);
  assert.equal(statSync(join(place, 'weights.bin')).size, bytes);
  assert.equal(record.weights, 'float16');
  const found = predict(model);
  const errors = found.map((value, index) => Math.abs(value - exact[index]));
  assert.ok(Math.max(...errors) < 0.01);
  assert.notDeepEqual(found, exact);
  model.dispose();
});

test('saveModel(model, folder) replaces a model that was there', async () => {
  const place = join(folder, 'replaced', 'twice');
  await saved(place);
  const model = smallNetwork(2);
  await saveModel(model, place);
  const loaded = await loadModel(place);
  assert.deepEqual(predict(loaded.model), predict(model));
  assert.deepEqual(readdirSync(join(folder, 'replaced')), ['twice']);
  model.dispose();
  loaded.model.dispose();
});

test('saveModel(model, folder) succeeds while others list the models, which give back what is set aside', async () => {
  const models = join(folder, 'listed');
  const model = smallNetwork();
  let saving = true;
  const list = async () => {
    while (saving) await listModels({ models, onProblem: () => undefined });
  };
  await saveModel(model, join(models, 'one'));
  const readers = Array.from({ length: 4 }, list);
  try {
    for (let time = 0; time < 40; time++) await saveModel(model, join(models, 'one'));
  } finally {
    saving = false;
    await Promise.all(readers);
    model.dispose();
  }
  assert.deepEqual(readdirSync(models), ['one']);
});

test('a model is found though the process that was to replace it died in the middle', async () => {
  const models = join(folder, 'half-replaced');
  const place = join(models, 'best');
  const expected = await saved(place);
  renameSync(place, `${place}.former.tmp`);
  const found = await listModels({ models });
  assert.deepEqual(
    found.map((each) => each.place),
    ['best'],
  );
  renameSync(place, `${place}.former.tmp`);
  const { model } = await loadModel(place);
  assert.deepEqual(predict(model), expected);
  model.dispose();
  assert.deepEqual(readdirSync(models), ['best']);
});

test('loadModel(folder) names the file that was cut off, changed in one bit, swapped or lost', async () => {
  const place = join(folder, 'damaged');
  const other = join(folder, 'other');
  const model = smallNetwork(2);
  await saveModel(model, other);
  model.dispose();
  const flip = (path: string) => {
    const bytes = readFileSync(path);
    bytes[bytes.length >> 1] ^= 1;
    writeFileSync(path, bytes);
  };
  const damages: [string, (path: string) => void, RegExp][] = [];
  for (const file of ['model.json', 'weights.bin']) {
    const message = new RegExp(
      `damaged/${file} is not the file that record\\.json was written with`,
    );
    damages.push([file, (path) => truncateSync(path, statSync(path).size - 1), message]);
    damages.push([file, (path) => truncateSync(path, 0), message]);
    damages.push([file, flip, message]);
    damages.push([file, (path) => rmSync(path), new RegExp(`ENOENT.*${file}`)]);
  }
  damages.push([
    'weights.bin',
    (path) => copyFileSync(join(other, 'weights.bin'), path),
    /damaged\/weights\.bin is not/,
  ]);
  damages.push([
    'record.json',
    (path) => truncateSync(path, 50),
    /damaged\/record\.json is not whole/,
  ]);
  damages.push(['record.json', (path) => rmSync(path), /damaged\/record\.json cannot be read/]);
  for (const [file, damage, message] of damages) {
    await saved(place);
    const tensors = tf.memory().numTensors;
    damage(join(place, file));
    await assert.rejects(loadModel(place), message);
    assert.equal(tf.memory().numTensors, tensors);
  }
});

test('saveModel(model, folder) refuses what stock TensorFlow.js or the images do not fit, and writes nothing', async () => {
  class Doubling extends tf.layers.Layer {
    static readonly className = 'Doubling';
    override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
      return tf.mul(Array.isArray(inputs) ? inputs[0] : inputs, 2);
    }
    override computeOutputShape(shape: tf.Shape): tf.Shape {
      return shape;
    }
  }
  const sequence = (inputShape: number[], ...layers: tf.layers.Layer[]) =>
    tf.sequential({ layers: [tf.layers.flatten({ inputShape }), ...layers] });
  const dense = (units: number, initial = 0) =>
    tf.layers.dense({ units, kernelInitializer: tf.initializers.constant({ value: initial }) });
  const models: [tf.LayersModel, RegExp][] = [
    [sequence([28, 28, 1], dense(10), new Doubling()), /contains Doubling, which stock/],
    [sequence([32, 32, 1], dense(10)), /got one from \[\[null,32,32,1\]\] to \[\[null,10\]\]/],
    [sequence([28, 28, 1], dense(11)), /to \[\[null,11\]\]/],
    [sequence([28, 28, 1], dense(10, Number.NaN)), /is not all finite float32/],
  ];
  for (const [model, message] of models) {
    const place = join(folder, 'refused', 'model');
    await assert.rejects(saveModel(model, place), message);
    assert.throws(() => readdirSync(join(folder, 'refused')), /ENOENT/);
    model.dispose();
  }
  const large = sequence([28, 28, 1], dense(10, 1e6));
  await assert.rejects(saveModel(large, join(folder, 'large'), { weights: 'float16' }), /16 bits/);
  large.dispose();
});

test('loadModel(name) refuses names that lead out of the folder', async () => {
  for (const name of ['a/../../b', '', 'a//b', 'a b', 'a/']) {
    await assert.rejects(loadModel(name), /A model cannot be named/);
  }
});

test('listModels({ models }) gives included and own models, and tells of those without a record', async () => {
  const models = join(folder, 'list');
  await saved(join(models, 'tiny'));
  await saved(join(models, 'best'));
  await saved(join(models, 'ensemble', '1'));
  await saved(join(models, 'runs', 'first'));
  mkdirSync(join(models, 'empty'));
  const problems: string[] = [];
  const found = await listModels({ models, onProblem: (problem) => problems.push(problem) });
  assert.deepEqual(
    found.map(({ place, record }) => [place, record.name]),
    [
      ['best', 'best'],
      ['tiny', 'tiny'],
      ['ensemble/1', '1'],
      ['runs/first', 'first'],
    ],
  );
  assert.equal(problems.length, 1);
  assert.match(problems[0], /empty\/record\.json cannot be read/);
});
