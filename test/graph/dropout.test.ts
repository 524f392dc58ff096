import assert from 'node:assert/strict';
import test from 'node:test';
import { tf } from '../../lib/backend';
import { withDropoutFrom } from '../../lib/graph/dropout';
import { compilePrediction } from '../../lib/graph/prediction-graph';
import { randomStream } from '../../lib/graph/random';
import { relativeError } from '../support/graph';

const COUNT = 100 * 1000;

/** What a dropout layer makes of ones in a step. */
function dropped(layer: tf.layers.Layer, [seed, step]: [number, number], shape = [100, 1000]) {
  return tf.tidy(() => {
    const random = randomStream(tf.tensor1d([seed, step], 'int32'));
    const output = withDropoutFrom(random, () => layer.apply(tf.ones(shape), { training: true }));
    return (output as tf.Tensor).dataSync();
  });
}

for (const rate of [0.1, 0.5, 0.8]) {
  test(`dropout drops its rate of ${rate} and scales the rest so that the expectation stays`, () => {
    const values = dropped(tf.layers.dropout({ rate }), [1, 0]);
    const scale = Math.fround(1 / (1 - rate));
    assert.ok(values.every((value) => value === 0 || Math.abs(value - scale) < 1e-6));
    const share = values.filter((value) => value === 0).length / COUNT;
    const deviation = Math.sqrt((rate * (1 - rate)) / COUNT);
    assert.ok(Math.abs(share - rate) < 4 * deviation, `${share}`);
  });
}

test('dropout draws the same mask for the same seed and step, and another one for others', () => {
  const layer = tf.layers.dropout({ rate: 0.5 });
  const mask = dropped(layer, [1, 7]);
  assert.deepEqual(dropped(layer, [1, 7]), mask);
  for (const other of [
    [1, 8],
    [2, 7],
  ] as [number, number][]) {
    const same = dropped(layer, other).filter((value, index) => value === mask[index]).length;
    assert.ok(Math.abs(same / COUNT - 0.5) < 0.01, `seed and step ${other}: ${same / COUNT}`);
  }
});

test('two dropout layers of one step draw different masks', () => {
  const layers = [0.5, 0.5].map((rate) => tf.layers.dropout({ rate }));
  const both = tf.tidy(() => {
    const random = randomStream(tf.tensor1d([1, 1], 'int32'));
    return withDropoutFrom(random, () =>
      layers.map((layer) =>
        (layer.apply(tf.ones([1000]), { training: true }) as tf.Tensor).dataSync(),
      ),
    );
  });
  assert.notDeepEqual(both[0], both[1]);
});

test('dropout with a noise shape drops whole channels', () => {
  const layer = tf.layers.dropout({ rate: 0.5, noiseShape: [4, 1, 50] });
  const values = dropped(layer, [3, 3], [4, 6, 50]);
  assert.ok(values.every((value, index) => value === values[index - (index % 300) + (index % 50)]));
  assert.ok(values.includes(0) && values.some((value) => value > 0));
});

test('spatial dropout drops whole channels', () => {
  const values = dropped(tf.layers.spatialDropout1d({ rate: 0.5 }), [3, 3], [4, 6, 50]);
  assert.ok(values.every((value, index) => value === values[index - (index % 300) + (index % 50)]));
  assert.ok(values.includes(0) && values.some((value) => value > 0));
});

test('dropout is off in prediction, and at rate 0', async () => {
  assert.ok(dropped(tf.layers.dropout({ rate: 0 }), [1, 1]).every((value) => value === 1));
  const layers = [
    tf.layers.flatten({ inputShape: [4, 4, 1] }),
    tf.layers.dropout({ rate: 0.9 }),
    tf.layers.dense({ units: 3, activation: 'softmax' }),
  ];
  const model = tf.sequential({ layers });
  const images = Float32Array.from({ length: 16 * 5 }, (_, index) => (index % 7) / 7);
  const prediction = compilePrediction(model, { shape: [4, 4, 1], batchSize: 5 });
  const expected = tf.tidy(() => {
    return (model.predict(tf.tensor4d(images, [5, 4, 4, 1])) as tf.Tensor).dataSync();
  });
  assert.ok(relativeError(await prediction.predict(images), expected) < 1e-5);
  prediction.dispose();
});

test('withDropoutFrom(random, body) puts the stock layer back, also when the body throws', () => {
  const prototype = Object.getPrototypeOf(tf.layers.dropout({ rate: 0.5 })) as { call: unknown };
  const original = prototype.call;
  tf.tidy(() => {
    const random = randomStream(tf.tensor1d([1, 1], 'int32'));
    assert.throws(() => withDropoutFrom(random, () => assert.fail('as planned')), /as planned/);
  });
  assert.equal(prototype.call, original);
});

test('dropout leaves no tensor behind', () => {
  const layer = tf.layers.dropout({ rate: 0.5 });
  const before = tf.memory().numTensors;
  dropped(layer, [1, 1]);
  assert.equal(tf.memory().numTensors, before);
});
