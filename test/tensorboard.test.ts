import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { tf } from '../lib/backend';
import { loadDataset } from '../lib/dataset';
import { runExperiment } from '../lib/experiment';
import { paths } from '../lib/paths';
import { recipe } from '../lib/recipes';
import { openEventFile, openTrainingEvents, writeHistoryEvents } from '../lib/tensorboard';
import { epoch } from './support/run';

type Scalars = Record<string, [step: number, value: number][]>;

/** What TensorBoard itself reads from the event files of a folder. */
const program = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
events = EventAccumulator(sys.argv[1], size_guidance={'scalars': 0})
events.Reload()
names = events.Tags()['scalars']
print(json.dumps({name: [(one.step, one.value) for one in events.Scalars(name)] for name in names}))
`;

import { temporaryFolder } from './support/folder';

function read(...folder: string[]): Scalars {
  const python = join(paths.root, '.venv', 'bin', 'python');
  const answer = execFileSync(python, ['-c', program, join(...folder)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return JSON.parse(answer);
}

/** How many files of a folder this process holds open; nothing where the system does not tell. */
function openFiles(folder: string): number {
  const all = process.platform === 'linux' ? readdirSync('/proc/self/fd') : [];
  return all.filter((file) => {
    try {
      return readlinkSync(`/proc/self/fd/${file}`).startsWith(folder);
    } catch {
      return false;
    }
  }).length;
}

const steps = (points: [number, number][]) => points.map(([step]) => step);
const values = (points: [number, number][]) => points.map(([, value]) => Math.fround(value));

test('openEventFile(folder) writes what TensorBoard reads, and is closed for good', () => {
  const folder = temporaryFolder();
  const before = tf.memory().numTensors;
  const file = openEventFile(join(folder, 'a'));
  file.write(1, { loss: 0.5, accuracy: 0.25 });
  file.write(2, { loss: 0.125 });
  file.close();
  const expected = {
    loss: [
      [1, 0.5],
      [2, 0.125],
    ],
    accuracy: [[1, 0.25]],
  };
  assert.deepEqual(read(folder, 'a'), expected);
  assert.equal(tf.memory().numTensors, before);
  assert.equal(openFiles(folder), 0);
});

test('openEventFile(folder) goes on in a folder that has a file of before', () => {
  const folder = temporaryFolder();
  for (const step of [1, 2]) {
    const file = openEventFile(folder);
    file.write(step, { loss: step });
    file.close();
  }
  assert.deepEqual(read(folder), {
    loss: [
      [1, 1],
      [2, 2],
    ],
  });
});

test('openTrainingEvents(folder) shows each epoch before the training ends', () => {
  const folder = temporaryFolder();
  const events = openTrainingEvents(folder);
  events.epoch(epoch(1));
  assert.deepEqual(steps(read(folder, 'validation').accuracy), [2]);
  events.close();
});

test('writeHistoryEvents(folder, history) shows each epoch, and leaves a folder that has events', () => {
  const folder = temporaryFolder();
  const history = [epoch(1), epoch(2)];
  writeHistoryEvents(folder, history);
  writeHistoryEvents(folder, [epoch(1)]);
  assert.deepEqual(
    values(read(folder, 'validation').accuracy),
    history.map(({ validationAccuracy }) => Math.fround(validationAccuracy ?? 0)),
  );
  assert.deepEqual(steps(read(folder, 'training').loss), steps(read(folder, 'validation').loss));
  assert.equal(openFiles(folder), 0);
});

test('runExperiment(options) leaves event files with the numbers of its history', async () => {
  const folder = temporaryFolder();
  const data = await loadDataset({ directory: 'test/fixtures' });
  const { history, model } = await runExperiment({
    data,
    recipe: recipe('quick', {
      network: { kind: 'plain', widths: [4], convolutions: 1 },
      epochs: 3,
      batchSize: 10,
      precision: 'float32',
    }),
    name: 'one',
    logs: join(folder, 'logs'),
    models: join(folder, 'models'),
  });
  model.dispose();
  const validation = read(folder, 'logs/one/validation');
  assert.deepEqual(
    steps(validation.accuracy),
    history.map(({ step }) => step),
  );
  assert.deepEqual(
    values(validation.loss),
    history.map(({ validationLoss }) => Math.fround(validationLoss ?? 0)),
  );
  const training = read(folder, 'logs/one/training');
  assert.deepEqual(Object.keys(training).sort(), [
    'accuracy',
    'images a second',
    'learning rate',
    'loss',
  ]);
  assert.equal(steps(training.loss).at(-1), history[2].step);
  assert.equal(openFiles(folder), 0);
});
