import assert from 'node:assert/strict';
import test from 'node:test';
import type { AirbenchRecipe } from '../../lib/airbench';
import { buildTransform } from '../../lib/augmentation-recipe';
import { tf } from '../../lib/backend';
import { compileTraining } from '../../lib/graph/training-graph';
import { buildNetwork } from '../../lib/network';
import { recipe } from '../../lib/recipes';
import {
  batchAt,
  changes,
  modelWithDropout,
  numbers,
  places,
  plainSgd,
  relativeError,
  sampleData,
  smallModel,
  trainingOptions,
  weightsOf,
} from '../support/graph';

const stateful = [
  { ...plainSgd, momentum: 0.9, nesterov: true, weightDecay: 0.01 },
  { kind: 'adamw', beta1: 0.9, beta2: 0.99, epsilon: 1e-7, weightDecay: 0.01 },
  {
    kind: 'muon',
    momentum: 0.9,
    rounds: 3,
    otherRate: 2,
    offsetRate: 4,
    weightDecay: 0.01,
  },
] as const;

test('step(indices, numbers) reports loss and accuracy of the batch before its update', () => {
  const model = smallModel();
  const training = compileTraining(model, trainingOptions());
  const { images, labels } = batchAt(sampleData(), places(1));
  const report = training.step(places(1), numbers());
  const expected = tf.tidy(() => {
    const output = model.apply(images, { training: true }) as tf.Tensor;
    const hits = tf.equal(tf.argMax(output, 1), tf.argMax(labels, 1));
    return tf.mean(tf.cast(hits, 'float32')).dataSync()[0];
  });
  assert.equal(report.accuracy, expected);
  assert.ok(report.loss > 0);
  training.dispose();
  tf.dispose([images, labels]);
});

test('step(indices, numbers) trains on a last, partial batch as on a full one of that size', () => {
  const [both, small] = [[8, 5], [5]].map((batchSizes) => {
    const model = smallModel();
    const training = compileTraining(model, trainingOptions({ batchSizes }));
    const { loss } = training.step(places(2, 5), numbers());
    training.updateModel('present');
    training.dispose();
    return { loss, weights: weightsOf(model) };
  });
  assert.deepEqual(both, small);
});

test('step(indices, numbers) refuses a batch of a size that was not compiled', () => {
  const training = compileTraining(smallModel(), trainingOptions({ batchSizes: [8, 5] }));
  assert.throws(() => training.step(places(0, 6), numbers()), {
    name: 'RangeError',
    message: 'A step was compiled for batches of 8 or 5 images, got 6.',
  });
  training.dispose();
});

test('step(indices, numbers) goes on with the momentum of the other size of batch', () => {
  const rates = { rate: 0, seed: 0, epoch: 0 };
  const moved = [0, 0.9].map((momentum) => {
    const model = smallModel();
    const before = weightsOf(model);
    const options = { optimizer: { ...plainSgd, momentum }, batchSizes: [8, 5] };
    const training = compileTraining(model, trainingOptions(options));
    // At rate 0 the first step moves nothing but the momentum.
    training.step(places(0), { ...rates, step: 0 });
    training.step(places(0, 5), { ...rates, step: 1, rate: 0.1 });
    training.updateModel('present');
    training.dispose();
    return changes(weightsOf(model), before)[0];
  });
  const gradient = firstMove(places(0));
  const expected = moved[0].map((value, index) => value + 0.9 * gradient[index]);
  assert.ok(relativeError(moved[1], expected) < 1e-4);
});

for (const optimizer of stateful) {
  for (const precision of ['float32', 'bfloat16'] as const) {
    test(`steps(steps) does what so many calls of step do, bit for bit, by ${optimizer.kind} in ${precision}`, () => {
      const options = trainingOptions({ optimizer, batchSizes: [8, 5], precision });
      const [one, many] = [0, 1].map(() => compileTraining(modelWithDropout(), options));
      const rates = [0.1, 0.05, 0.2, 0.01];
      const steps = rates.map((rate, step) => {
        return { ...numbers(step, { rate, epoch: step }), indices: places(step) };
      });
      const last = { ...numbers(4), indices: places(4, 5) };
      const expected = [...steps, last].map(({ indices, ...rest }) => one.step(indices, rest));
      const found = [...many.steps(steps), ...many.steps([last])];
      assert.deepEqual(found, expected);
      assert.deepEqual(many.read(), one.read());
      assert.equal(new Set(found.map(({ loss }) => loss)).size, 5);
      for (const training of [one, many]) training.dispose();
    });
  }
}

for (const precision of ['float32', 'bfloat16'] as const) {
  test(`steps(steps) does so for a recipe's network and augmentation, in ${precision}`, () => {
    const { network, optimizer, augmentation } = recipe('standard');
    const small = { ...(network as AirbenchRecipe), widths: [16, 24] };
    const data = sampleData({ count: 48, shape: [28, 28, 1], classes: 10 });
    const transform = buildTransform(augmentation);
    const [one, many] = [0, 1].map(() => {
      const { images } = data;
      const model = buildNetwork(small, { mean: 0.5, deviation: 0.3, seed: 1, images });
      return compileTraining(model, { data, optimizer, transform, precision, batchSizes: [16] });
    });
    const steps = [0, 1, 2, 3].map((step) => ({ ...numbers(step), indices: places(step, 16) }));
    const expected = steps.map(({ indices, ...rest }) => one.step(indices, rest));
    assert.deepEqual(many.steps(steps), expected);
    assert.deepEqual(many.read(), one.read());
    for (const training of [one, many]) training.dispose();
  });
}

test('steps(steps) refuses batches of several sizes, and of one that was not compiled', () => {
  const training = compileTraining(smallModel(), trainingOptions({ batchSizes: [8, 5] }));
  const step = (size: number) => ({ ...numbers(), indices: places(0, size) });
  const before = training.read();
  assert.throws(() => training.steps([step(8), step(5)]), {
    name: 'RangeError',
    message: 'The steps of one call have batches of 8 and 5 images: take those of one size.',
  });
  assert.throws(() => training.steps([step(5), step(6)]), {
    message: 'A step was compiled for batches of 8 or 5 images, got 6.',
  });
  assert.deepEqual(training.steps([]), []);
  assert.deepEqual(training.read(), before);
  training.dispose();
});

/** How the first kernel moves in one step of plain descent at rate 0.1. */
function firstMove(indices: Int32Array): Float32Array {
  const model = smallModel();
  const before = weightsOf(model);
  const training = compileTraining(model, trainingOptions({ batchSizes: [indices.length] }));
  training.step(indices, numbers(0, { rate: 0.1 }));
  training.updateModel('present');
  training.dispose();
  return changes(weightsOf(model), before)[0];
}

for (const optimizer of stateful) {
  test(`write(read()) goes on as if never stopped, bit for bit: ${optimizer.kind}`, () => {
    const compile = () => compileTraining(smallModel(), trainingOptions({ optimizer }));
    const run = (training: ReturnType<typeof compile>, from: number, to: number) => {
      for (let step = from; step < to; step++) {
        training.step(places(step), numbers(step));
        training.average(0.9);
      }
    };
    const [whole, first, second] = [compile(), compile(), compile()];
    run(whole, 0, 8);
    run(first, 0, 4);
    second.write(first.read());
    run(second, 4, 8);
    assert.deepEqual(second.read(), whole.read());
    for (const training of [whole, first, second]) training.dispose();
  });
}

test('read() names all that later steps depend on', () => {
  const training = compileTraining(smallModel(), trainingOptions({ optimizer: stateful[1] }));
  const values = training.read();
  const sizes = Object.entries(values).map(([name, { length }]) => `${name} ${length}`);
  const kernels = 3 * 3 * 2 * 4 + 4 * 3;
  const own = [
    ...[`kernels ${kernels}`, `kernels/mean ${kernels}`, `kernels/square ${kernels}`],
    ...['offsets 11', 'offsets/mean 11', 'offsets/square 11', 'state0 4', 'state1 4'],
  ];
  const averages = own.filter((name) => !/mean|square/.test(name)).map((name) => `average/${name}`);
  assert.deepEqual(sizes.sort(), [...own, ...averages].sort());
  training.dispose();
});

test('write(values) refuses values that lack a variable or have another size', () => {
  const training = compileTraining(smallModel(), trainingOptions());
  const { offsets, ...rest } = training.read();
  assert.throws(() => training.write(rest), { message: 'The values of offsets are missing.' });
  assert.throws(() => training.write({ ...rest, offsets: offsets.subarray(1) }), {
    message: 'Variable offsets holds 11 numbers (shape [11]), got 10.',
  });
  training.dispose();
});

test('dispose() frees the training: later calls throw', () => {
  const training = compileTraining(smallModel(), trainingOptions());
  training.dispose();
  training.dispose();
  const message = 'This compiled graph was disposed: compile it again.';
  assert.throws(() => training.step(places(0), numbers()), { message });
  assert.throws(() => training.read(), { message });
});
