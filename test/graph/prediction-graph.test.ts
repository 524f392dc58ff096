import assert from 'node:assert/strict';
import test from 'node:test';
import { tf } from '../../lib/backend';
import { compilePrediction, type View } from '../../lib/graph/prediction-graph';
import { compileTraining } from '../../lib/graph/training-graph';
import { distance } from '../support/augmentation';
import { inFolder } from '../support/folder';
import {
  numbers,
  places,
  relativeError,
  sampleData,
  smallModel,
  trainingOptions,
  withRandomWeights,
} from '../support/graph';
import { namedNetwork, networkNames } from '../support/networks';

const shape: [number, number, number] = [8, 8, 2];
const { images: bytes } = sampleData();
const images = Float32Array.from(bytes, (byte) => byte / 255);
const mirrored: View = (batch) => tf.reverse(batch, 2);

function stockPrediction(model: tf.LayersModel, view: View = (batch) => batch): Float32Array {
  return tf.tidy(() => {
    const batch = tf.tensor4d(images, [24, ...shape]);
    return (model.predict(view(batch)) as tf.Tensor).dataSync() as Float32Array;
  });
}

for (const name of networkNames.filter((name) => !/without a softmax/.test(name))) {
  test(`predict(images) gives what the model predicts: ${name}`, async () => {
    const model = namedNetwork(name);
    const prediction = compilePrediction(model, { shape, batchSize: 24 });
    assert.ok(distance(await prediction.predict(images), stockPrediction(model)) < 1e-5);
    prediction.dispose();
  });
}

test('predict(images) gives probabilities for a model that ends in logits', async () => {
  const model = namedNetwork('logits without a softmax');
  const prediction = compilePrediction(model, { shape, batchSize: 24 });
  const logits = stockPrediction(model);
  const expected = tf.tidy(() => tf.softmax(tf.tensor2d(logits, [24, 3])).dataSync());
  assert.ok(distance(await prediction.predict(images), expected as Float32Array) < 1e-5);
  prediction.dispose();
});

test('predict(images) takes bytes from 0 to 255 as numbers from 0 to 1', async () => {
  const prediction = compilePrediction(smallModel(), { shape, batchSize: 24 });
  const [fromBytes, fromNumbers] = [
    await prediction.predict(bytes),
    await prediction.predict(images),
  ];
  assert.ok(distance(fromBytes, fromNumbers) < 1e-6);
  prediction.dispose();
});

for (const batchSize of [1, 7, 24, 100]) {
  test(`predict(images) gives one row an image, in batches of ${batchSize}`, async () => {
    const model = smallModel();
    const prediction = compilePrediction(model, { shape, batchSize });
    assert.ok(distance(await prediction.predict(images), stockPrediction(model)) < 1e-5);
    assert.equal((await prediction.predict(images.subarray(0, 0))).length, 0);
    prediction.dispose();
  });
}

for (const most of [0, 5, 24, 1000]) {
  test(`predict(images) gives one row an image where ${most} at most were to be expected`, async () => {
    const model = smallModel();
    const prediction = compilePrediction(model, { shape, most });
    assert.ok(distance(await prediction.predict(images), stockPrediction(model)) < 1e-5);
    prediction.dispose();
  });
}

test('predict(images) refuses pixels that are not whole images', async () => {
  const prediction = compilePrediction(smallModel(), { shape });
  await assert.rejects(prediction.predict(images.subarray(1)), {
    name: 'RangeError',
    message: `${24 * 128 - 1} pixels are not whole images of 8 × 8 × 2.`,
  });
  prediction.dispose();
});

test('predict(images) averages the logits of the views', async () => {
  const model = smallModel();
  const views: View[] = [(batch) => batch, mirrored];
  const prediction = compilePrediction(model, { shape, batchSize: 24, views });
  const [plain, reversed] = [stockPrediction(model), stockPrediction(model, mirrored)];
  assert.ok(distance(plain, reversed) > 1e-3);
  // The mean of logits is, after the softmax, the geometric mean of probabilities.
  const expected = tf.tidy(() => {
    const mean = tf.sqrt(tf.mul(tf.tensor2d(plain, [24, 3]), tf.tensor2d(reversed, [24, 3])));
    return tf.div(mean, tf.sum(mean, 1, true)).dataSync() as Float32Array;
  });
  assert.ok(distance(await prediction.predict(images), expected) < 1e-5);
  prediction.dispose();
});

test('predict(images) gives the answers to each view by itself, and tells of each batch', async () => {
  const model = smallModel();
  const views: View[] = [(batch) => batch, mirrored];
  const prediction = compilePrediction(model, { shape, batchSize: 10, views, apart: true });
  const told: number[] = [];
  const found = await prediction.predict(images, (done) => told.push(done));
  assert.deepEqual(told, [10, 20, 24]);
  const looks = [stockPrediction(model), stockPrediction(model, mirrored)];
  const expected = Float32Array.from({ length: 24 * 2 * 3 }, (_, index) => {
    const [image, look, category] = [Math.floor(index / 6), Math.floor(index / 3) % 2, index % 3];
    return looks[look][3 * image + category];
  });
  assert.ok(distance(found, expected) < 1e-5);
  prediction.dispose();
});

test('update() takes over weights that changed since', async () => {
  const model = smallModel();
  const prediction = compilePrediction(model, { shape, batchSize: 24 });
  const before = await prediction.predict(images);
  withRandomWeights(model, 99);
  assert.deepEqual(await prediction.predict(images), before);
  prediction.update();
  const after = await prediction.predict(images);
  assert.ok(distance(after, before) > 1e-3);
  assert.ok(distance(after, stockPrediction(model)) < 1e-5);
  prediction.dispose();
});

test('compilePrediction(model, options) leaves the model as it was, softmax included', () => {
  for (const name of ['batch norm of images', 'softmax as activation of the last layer']) {
    const model = namedNetwork(name);
    const before = { output: stockPrediction(model), topology: model.toJSON() };
    compilePrediction(model, { shape }).dispose();
    assert.deepEqual({ output: stockPrediction(model), topology: model.toJSON() }, before, name);
  }
});

test('a trained model, saved and opened by stock TensorFlow.js, predicts what the graph does', async () => {
  const model = smallModel();
  const training = compileTraining(model, trainingOptions());
  for (let step = 0; step < 5; step++) training.step(places(step), numbers(step));
  training.updateModel('present');
  training.dispose();
  const prediction = compilePrediction(model, { shape, batchSize: 24 });
  await inFolder(async (folder) => {
    await model.save(`file://${folder}`);
    const opened = await tf.loadLayersModel(`file://${folder}/model.json`);
    assert.ok(distance(await prediction.predict(images), stockPrediction(opened)) < 1e-5);
    opened.dispose();
  }).finally(() => prediction.dispose());
});

test('predict(images) in bfloat16 stays near float32', async () => {
  const model = smallModel();
  const [exact, low] = (['float32', 'bfloat16'] as const).map((precision) =>
    compilePrediction(model, { shape, batchSize: 24, precision }),
  );
  const [expected, found] = [await exact.predict(images), await low.predict(images)];
  assert.ok(relativeError(found, expected) < 3e-2);
  assert.notDeepEqual(found, expected);
  exact.dispose();
  low.dispose();
});

test('predict(images) lets the event loop run between batches', async () => {
  const prediction = compilePrediction(smallModel(), { shape, batchSize: 1 });
  let turns = 0;
  const count = () => {
    turns++;
    timer = setImmediate(count);
  };
  let timer = setImmediate(count);
  await prediction.predict(images);
  clearImmediate(timer);
  assert.ok(turns >= 20, `${turns} turns`);
  prediction.dispose();
});

test('compile, predict, update, dispose leave no tensor behind', async () => {
  const model = smallModel();
  const before = tf.memory().numTensors;
  const prediction = compilePrediction(model, { shape, batchSize: 7, views: [mirrored] });
  await prediction.predict(images);
  prediction.update();
  prediction.dispose();
  assert.equal(tf.memory().numTensors, before);
  await assert.rejects(prediction.predict(images), /was disposed/);
});
