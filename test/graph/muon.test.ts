import assert from 'node:assert/strict';
import test from 'node:test';
import { tf } from '../../lib/backend';
import { Graph } from '../../lib/graph/graph';
import { addOrthogonal } from '../../lib/graph/muon';
import type { MuonOptimizer } from '../../lib/graph/optimizer';
import { openSession } from '../../lib/graph/session';
import { compileTraining } from '../../lib/graph/training-graph';
import { createRandom } from '../../lib/random';
import {
  changes,
  places,
  relativeError,
  smallModel,
  trainingOptions,
  weightsOf,
} from '../support/graph';

type Matrix = number[][];

const transposed = (matrix: Matrix): Matrix =>
  matrix[0].map((_, at) => matrix.map((row) => row[at]));
const product = (first: Matrix, second: Matrix): Matrix =>
  first.map((row) =>
    transposed(second).map((column) => row.reduce((sum, value, at) => sum + value * column[at], 0)),
  );
const times = (factor: number) => (value: number) => value * factor;
const scaled = (matrix: Matrix, factor: number): Matrix =>
  matrix.map((row) => row.map((value) => value * factor));
const sum = (first: Matrix, second: Matrix): Matrix =>
  first.map((row, at) => row.map((value, place) => value + second[at][place]));
const lengthOf = (matrix: Matrix) => Math.hypot(...matrix.flat());

/** What five or three rounds of Newton–Schulz make of a matrix, in plain numbers of twice the precision. */
function newtonSchulz(matrix: Matrix, rounds: number): Matrix {
  let x = scaled(matrix, 1 / lengthOf(matrix));
  for (let round = 0; round < rounds; round++) {
    const cube = product(product(x, transposed(x)), x);
    const fifth = product(product(x, transposed(x)), cube);
    x = sum(sum(scaled(x, 3.4445), scaled(cube, -4.775)), scaled(fifth, 2.0315));
  }
  return x;
}

/** As the update of a kernel: longer where there are more outputs than inputs. */
function orthogonal(matrix: Matrix, rounds: number): Matrix {
  return scaled(
    newtonSchulz(matrix, rounds),
    Math.sqrt(Math.max(1, matrix[0].length / matrix.length)),
  );
}

/** Normally distributed numbers, in the shape of a kernel. */
function randomKernel(shape: number[], seed: number): Float32Array {
  const random = createRandom(seed);
  const size = shape.reduce((product, length) => product * length, 1);
  return Float32Array.from({ length: size }, () => random.normal());
}

function asMatrix(values: Float32Array, columns: number): Matrix {
  return Array.from({ length: values.length / columns }, (_, row) => [
    ...values.subarray(row * columns, (row + 1) * columns),
  ]);
}

/** What the graph makes of kernels. */
function orthogonalKernels(kernels: Float32Array[], shapes: number[][], rounds: number) {
  const graph = new Graph();
  const names = shapes.map((shape, index) => graph.placeholder(`kernel${index}`, 'float32', shape));
  const outputs = addOrthogonal(graph, names, { shapes, rounds });
  const session = openSession(graph);
  const found = tf.tidy(() => {
    const feeds = names.map((name, index) => [name, tf.tensor(kernels[index], shapes[index])]);
    const tensors = session.run(Object.fromEntries(feeds), outputs);
    tensors.forEach(({ shape }, index) => {
      assert.deepEqual(shape, shapes[index]);
    });
    return tensors.map((tensor) => tensor.dataSync() as Float32Array);
  });
  session.dispose();
  return found;
}

for (const rounds of [1, 3, 5]) {
  test(`addOrthogonal(graph, kernels) does ${rounds} rounds of Newton–Schulz, as in plain numbers`, () => {
    const shapes = [
      [3, 3, 2, 4],
      [1, 1, 3, 5],
      [3, 3, 2, 4],
      [2, 2, 1, 4],
    ];
    const kernels = shapes.map(randomKernel);
    orthogonalKernels(kernels, shapes, rounds).forEach((found, index) => {
      const matrix = asMatrix(kernels[index], shapes[index][3]);
      const expected = orthogonal(matrix, rounds).flat();
      assert.ok(relativeError(found, expected) < 1e-5, `kernel ${index}`);
    });
  });
}

test('addOrthogonal(graph, kernels) brings singular values from 0.02 to 1 near 1', () => {
  const shape = [3, 3, 4, 2];
  for (const ratio of [1, 0.3, 0.1, 0.05]) {
    const kernel = randomKernel(shape, 3).map((value, at) =>
      at % 2 === 0 ? value : ratio * value,
    );
    const [found] = orthogonalKernels([kernel], [shape], 5);
    const matrix = asMatrix(found, 2);
    const [[a, b], [, d]] = product(transposed(matrix), matrix);
    const root = Math.hypot(a - d, 2 * b);
    for (const square of [(a + d + root) / 2, (a + d - root) / 2]) {
      const singular = Math.sqrt(square);
      assert.ok(singular > 0.65 && singular < 1.25, `${singular} at ratio ${ratio}`);
    }
  }
});

test('addOrthogonal(graph, kernels) makes zeros of zeros', () => {
  const [found] = orthogonalKernels([new Float32Array(8)], [[1, 1, 4, 2]], 5);
  assert.deepEqual(found, new Float32Array(8));
});

const muon: MuonOptimizer = {
  kind: 'muon',
  momentum: 0.6,
  rounds: 3,
  otherRate: 2,
  offsetRate: 3,
  weightDecay: 0.5,
};

/** A network whose kernel has the length that Muon keeps it at. */
function lengthened(length = 2): tf.LayersModel {
  const model = smallModel();
  tf.tidy(() => {
    const [kernel] = model.weights;
    const value = kernel.read();
    kernel.write(tf.mul(value, tf.div(length, tf.norm(value))));
  });
  return model;
}

/** The gradients of the first weights on the images at some places. */
function gradientsAt(indices: Int32Array): Float32Array[] {
  const model = lengthened();
  const before = weightsOf(model);
  const training = compileTraining(model, trainingOptions());
  training.step(indices, { rate: 1, seed: 0, step: 0, epoch: 0 });
  training.updateModel('present');
  training.dispose();
  return changes(before, weightsOf(model));
}

test('muon moves kernels of convolutions by orthogonal momentum, and other weights by decaying descent', () => {
  const [first, second] = [gradientsAt(places(0)), gradientsAt(places(1))];
  const model = lengthened();
  const before = weightsOf(model);
  const training = compileTraining(model, trainingOptions({ optimizer: muon }));
  // At rate 0 the first step moves nothing but the momentum.
  training.step(places(0), { rate: 0, seed: 0, step: 0, epoch: 0 });
  training.step(places(1), { rate: 0.1, seed: 0, step: 1, epoch: 0 });
  training.updateModel('present');
  training.dispose();
  const found = changes(weightsOf(model), before);
  const ahead = (place: number) =>
    second[place].map((value, at) => value + 0.6 * (value + 0.6 * first[place][at]));
  const expected = model.trainableWeights.map(({ shape }, place) => {
    if (shape.length === 4)
      return orthogonal(asMatrix(ahead(place), 4), 3)
        .flat()
        .map(times(-0.1));
    const rate = shape.length > 1 ? 0.2 : 0.6;
    return [...ahead(place)].map((move, at) => -rate * move - 0.2 * 0.5 * before[place][at]);
  });
  expected.forEach((change, place) => {
    const error = relativeError(found[place], change);
    assert.ok(error < 1e-3, `${model.trainableWeights[place].originalName}: ${error}`);
  });
});

test('muon keeps a kernel as long as the root of its outputs, whatever length it had', () => {
  const model = lengthened(7);
  const before = weightsOf(model)[0];
  const training = compileTraining(model, trainingOptions({ optimizer: muon }));
  training.step(places(0), { rate: 0, seed: 0, step: 0, epoch: 0 });
  training.updateModel('present');
  training.dispose();
  assert.ok(
    relativeError(
      weightsOf(model)[0],
      before.map((value) => (2 / 7) * value),
    ) < 1e-5,
  );
});

test('muon trains a kernel that begins with zeros', () => {
  const model = smallModel();
  model.layers[0].setWeights([tf.zeros(model.layers[0].getWeights()[0].shape)]);
  const training = compileTraining(model, trainingOptions({ optimizer: muon }));
  for (let step = 0; step < 2; step++) {
    const { loss } = training.step(places(step), { rate: 0.1, seed: 0, step, epoch: 0 });
    assert.ok(Number.isFinite(loss), `${loss}`);
  }
  training.updateModel('present');
  training.dispose();
  assert.ok(weightsOf(model).every((values) => values.every(Number.isFinite)));
});
