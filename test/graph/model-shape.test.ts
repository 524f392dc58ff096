import assert from 'node:assert/strict';
import test from 'node:test';
import { tf } from '../../lib/backend';
import { demandShape } from '../../lib/graph/model-shape';
import { compilePrediction } from '../../lib/graph/prediction-graph';
import { compileTraining } from '../../lib/graph/training-graph';
import { smallModel, trainingOptions } from '../support/graph';

const { layers } = tf;

function model(inputs: number, outputs: number, inputShape: (number | null)[] = [8, 8, 2]) {
  const images = Array.from({ length: inputs }, () => tf.input({ shape: inputShape }));
  const sum = inputs === 1 ? images[0] : layers.add().apply(images);
  const features = layers.globalAveragePooling2d({}).apply(sum);
  const scores = Array.from({ length: outputs }, () => layers.dense({ units: 3 }).apply(features));
  return tf.model({ inputs: images, outputs: scores as tf.SymbolicTensor[] });
}

const expected = 'expected images of 8 × 8 × 2 and 3 classes.';
const refused: [tf.LayersModel, string][] = [
  [model(2, 1), `The model goes from [n,8,8,2] and [n,8,8,2] to [n,3]: ${expected}`],
  [model(1, 2), `The model goes from [n,8,8,2] to [n,3] and [n,3]: ${expected}`],
  [model(1, 1, [8, 9, 2]), `The model goes from [n,8,9,2] to [n,3]: ${expected}`],
  [
    tf.sequential({
      layers: [layers.flatten({ inputShape: [8, 8, 2] }), layers.dense({ units: 4 })],
    }),
    `The model goes from [n,8,8,2] to [n,4]: ${expected}`,
  ],
];

for (const [wrong, message] of refused) {
  test(`compileTraining(model, options) refuses: ${message.split(':')[0]}`, () => {
    assert.throws(() => compileTraining(wrong, trainingOptions()), { name: 'RangeError', message });
  });
}

test('compilePrediction(model, options) refuses a model of another shape of image', () => {
  assert.throws(() => compilePrediction(smallModel(), { shape: [8, 8, 1] }), {
    message:
      'The model goes from [n,8,8,2] to [n,3]: expected images of 8 × 8 × 1 and any number of classes.',
  });
});

test('demandShape(model, shape) takes a model that leaves its sizes open', () => {
  demandShape(model(1, 1, [null, null, 2]), { shape: [8, 8, 2], classes: 3 });
});
