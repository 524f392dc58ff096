import assert from 'node:assert/strict';
import test from 'node:test';
import { compileTraining } from '../../lib/graph/training-graph';
import {
  numbers,
  places,
  plainSgd,
  relativeError,
  smallModel,
  trainingOptions,
  weightsOf,
} from '../support/graph';

test('average(decay) moves the averages: a ← decay · a + (1 − decay) · w', () => {
  const model = smallModel();
  const training = compileTraining(model, trainingOptions());
  const [start] = [weightsOf(model)];
  let expected = start.map((values) => Array.from(values));
  for (const [step, decay] of [0.9, 0.5, 0.8].entries()) {
    training.step(places(step), numbers(step));
    training.average(decay);
    training.updateModel('present');
    const present = weightsOf(model);
    expected = expected.map((values, place) =>
      values.map((value, index) => decay * value + (1 - decay) * present[place][index]),
    );
  }
  training.updateModel('average');
  weightsOf(model).forEach((values, place) => {
    assert.ok(relativeError(values, expected[place]) < 1e-6, model.weights[place].name);
    assert.notDeepEqual(values, start[place]);
  });
  training.dispose();
});

test('adoptAverage() makes the averages the present weights and leaves the optimizer alone', () => {
  const model = smallModel();
  const optimizer = { ...plainSgd, momentum: 0.9 };
  const training = compileTraining(model, trainingOptions({ optimizer }));
  training.step(places(0), numbers(0));
  training.average(0.25);
  training.step(places(1), numbers(1));
  const before = training.read();
  training.adoptAverage();
  const after = training.read();
  for (const name of Object.keys(before)) {
    const source = `average/${name}` in before ? `average/${name}` : name;
    assert.deepEqual(after[name], before[source], name);
  }
  assert.notDeepEqual(after.kernels, before.kernels);
  training.dispose();
});

test('the averages are the weights until average(decay) is called', () => {
  const model = smallModel();
  const before = weightsOf(model);
  const training = compileTraining(model, trainingOptions());
  training.step(places(0), numbers(0));
  training.updateModel('average');
  assert.deepEqual(weightsOf(model), before);
  training.dispose();
});
