import assert from 'node:assert/strict';
import test from 'node:test';
import type { Transform } from '../../lib/augmentation';
import { tf } from '../../lib/backend';
import { Graph } from '../../lib/graph/graph';
import { record } from '../../lib/graph/recorder';
import { openSession } from '../../lib/graph/session';
import { compileTraining } from '../../lib/graph/training-graph';
import { numbers, places, smallModel, trainingOptions } from '../support/graph';

/** Compiles a training with a layer in the middle; where that throws, nothing is left to dispose. */
function compileWith(layer: tf.layers.Layer): void {
  const input = tf.input({ shape: [8, 8, 2] });
  const features = tf.layers.flatten().apply(layer.apply(input));
  const output = tf.layers.dense({ units: 3 }).apply(features) as tf.SymbolicTensor;
  compileTraining(tf.model({ inputs: input, outputs: output }), trainingOptions());
}

function compileTransform(change: (images: tf.Tensor4D) => tf.Tensor): void {
  const transform: Transform = (batch) => ({
    ...batch,
    images: change(batch.images) as tf.Tensor4D,
  });
  compileTraining(smallModel(), trainingOptions({ transform }));
}

const randomOperations: Record<string, () => tf.Tensor> = {
  randomUniform: () => tf.randomUniform([8, 8, 8, 2]),
  randomNormal: () => tf.randomNormal([8, 8, 8, 2]),
  randomStandardNormal: () => tf.randomStandardNormal([8, 8, 8, 2]),
  randomGamma: () => tf.randomGamma([8, 8, 8, 2], 1),
  truncatedNormal: () => tf.truncatedNormal([8, 8, 8, 2]),
  dropout: () => tf.dropout(tf.ones([8, 8, 8, 2]), 0.5),
};

/** What those functions draw by that do not draw themselves. */
const drawnBy: Record<string, string> = {
  randomStandardNormal: 'randomNormal',
  dropout: 'randomUniform',
};

for (const [name, draw] of Object.entries(randomOperations)) {
  test(`a step that draws by tf.${name} is refused by the name of the function that drew`, () => {
    const drawing = drawnBy[name] ?? name;
    assert.throws(() => compileTransform((images) => tf.add(images, draw())), {
      message: new RegExp(`^tf\\.${drawing} drew random numbers on the host`),
    });
  });
}

test('a step that draws by Math.random, itself or through tf.rand, is refused', () => {
  const { random } = Math;
  const draws = [
    (images: tf.Tensor4D) => tf.mul(images, Math.random()),
    (images: tf.Tensor4D) =>
      tf.add(
        images,
        tf.rand([8, 8, 8, 2], () => Math.random()),
      ),
  ];
  for (const draw of draws) {
    assert.throws(
      () => compileTransform(draw),
      /^Error: Math\.random drew random numbers on the host/,
    );
  }
  assert.equal(Math.random, random);
});

test('a step that draws classes by tf.multinomial is refused by that name', () => {
  const draw = () => tf.cast(tf.multinomial(tf.ones([8, 3]) as tf.Tensor2D, 2), 'float32');
  assert.throws(() => compileTransform((images) => tf.mul(images, tf.mean(draw()))), {
    message: /^tf\.multinomial drew random numbers/,
  });
});

const randomLayers = {
  gaussianNoise: () => tf.layers.gaussianNoise({ stddev: 1 }),
  gaussianDropout: () => tf.layers.gaussianDropout({ rate: 0.5 }),
  alphaDropout: () => tf.layers.alphaDropout({ rate: 0.5 }),
};

for (const [name, layer] of Object.entries(randomLayers)) {
  test(`a model with the layer ${name} is refused: its noise would be the same in every step`, () => {
    assert.throws(() => compileWith(layer()), {
      message: /^tf\.random\w+ drew random numbers on the host while a step was recorded/,
    });
  });
}

test('reading a value while a step is recorded is refused, with the reason', () => {
  assert.throws(() => compileTransform((images) => tf.mul(images, tf.max(images).dataSync()[0])), {
    message: /read a tensor's value while a step was recorded.*feed what the host decides\.$/,
  });
});

test('a tensor from outside the step is refused, with the operation that used it', () => {
  const outside = tf.scalar(2);
  assert.throws(() => compileTransform((images) => tf.mul(images, outside)), {
    message:
      'tf.mul used a float32 tensor of shape [] made before the step was recorded: it would be frozen ' +
      'at its present value. Pass it as an input of the step, or make it inside the step.',
  });
  outside.dispose();
});

test('a transform may compute with the numbers that it draws for each image', () => {
  // Fewer grey levels: whole numbers divided by zero are an error.
  const transform: Transform = (batch, { random }) => {
    const size = tf.cast(random.uniform([batch.images.shape[0], 1, 1, 1], 1, 50), 'int32');
    const levels = tf.floorDiv(tf.cast(tf.mul(batch.images, 255), 'int32'), size);
    return { ...batch, images: tf.div(tf.cast(tf.mul(levels, size), 'float32'), 255) };
  };
  const training = compileTraining(smallModel(), trainingOptions({ transform }));
  assert.ok(training.step(places(0), numbers()).loss > 0);
  training.dispose();
});

test('record(graph, inputs, body) refuses to return a tensor from outside', () => {
  const outside = tf.scalar(2);
  assert.throws(() => record(new Graph(), new Map(), () => [outside]), {
    message: /^The step used a float32 tensor of shape \[\] made before/,
  });
  outside.dispose();
});

test('after a refusal TensorFlow.js works as before, and the next model compiles', () => {
  const model = smallModel();
  const before = tf.memory().numTensors;
  assert.throws(() => compileTransform(() => tf.randomUniform([8, 8, 8, 2])));
  assert.equal(tf.memory().numTensors, before + model.weights.length);
  assert.equal(
    tf.tidy(() => tf.sum(tf.randomUniform([4], 1, 1)).dataSync()[0]),
    4,
  );
  const training = compileTraining(model, trainingOptions());
  assert.ok(training.step(places(0), numbers()).loss > 0);
  training.dispose();
});

test('a refusal inside of the network leaves no tensor behind', () => {
  const layers = [
    tf.layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', inputShape: [8, 8, 2] }),
    tf.layers.gaussianNoise({ stddev: 1 }),
    tf.layers.flatten(),
    tf.layers.dense({ units: 3 }),
  ];
  const model = tf.sequential({ layers });
  const before = tf.memory().numTensors;
  for (let attempt = 0; attempt < 2; attempt++) {
    assert.throws(() => compileTraining(model, trainingOptions()), /drew random numbers/);
    assert.equal(tf.memory().numTensors, before);
  }
});

test('record(graph, inputs, body) gives outputs that repeat the body on what is fed', () => {
  const graph = new Graph();
  const input = tf.tensor2d([[1, 2, 3]]);
  const names = tf.tidy(() =>
    record(graph, new Map([[input, graph.placeholder('x', 'float32', [1, 3])]]), () => {
      const [left, right] = tf.split(input, [1, 2], 1);
      return [tf.add(left, tf.tensor1d([0.5, 5])), right];
    }),
  );
  const session = openSession(graph);
  const feed = tf.tensor2d([[10, 20, 30]]);
  const outputs = session.run({ x: feed }, names);
  assert.deepEqual(
    outputs.map((output) => Array.from(output.dataSync())),
    [
      [10.5, 15],
      [20, 30],
    ],
  );
  tf.dispose([input, feed, ...outputs]);
  session.dispose();
});
