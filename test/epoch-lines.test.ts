import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test from 'node:test';
import { epochLines, type TrainingLine } from '../lib/epoch-lines';
import { choice } from '../lib/search';
import { planSearch } from '../lib/search-plan';
import { temporaryFolder } from './support/folder';
import { epoch, recipe } from './support/run';

test('epochLines(write) writes each epoch once, whatever it is given again', () => {
  const lines: TrainingLine[] = [];
  const write = epochLines((line) => lines.push(line));
  write([]);
  write([epoch(1)]);
  write([epoch(1)]);
  write([epoch(1), epoch(2), epoch(3)]);
  const numbers = lines.map((line) => line.event === 'epoch' && line.epoch.epoch);
  assert.deepEqual(numbers, [1, 2, 3]);
});

/** Starts the training of a trial on the forty images, as a search does. */
async function startTrial(settings: object, epochs = 3) {
  const logs = temporaryFolder();
  const space = { batchSize: choice({ '20': 20, '10': 10 }) };
  const search = { recipe: { ...recipe, epochs }, space, trials: 1, title: 'test', name: 'test' };
  const folder = await planSearch({ ...search, logs });
  const words = ['--json', '--search', join(folder, 'search.json'), '--name', '1'];
  const places = ['--logs', join(logs, 'runs'), '--models', join(logs, 'models')];
  const program = ['--import', 'tsx', 'scripts/train.ts', ...words, ...places];
  const env = { ...process.env, FASHION_MNIST_DIR: 'test/fixtures', TF_CPP_MIN_LOG_LEVEL: '2' };
  const child = spawn(
    process.execPath,
    [...program, '--settings', JSON.stringify(settings), '--seed', '5'],
    { env, stdio: ['pipe', 'pipe', 'ignore'] },
  );
  return { child, run: join(logs, 'runs', '1') };
}

test('npm run train -- --json --search FILE says an epoch a line, and the end with all of them', async () => {
  const { child, run } = await startTrial({ batchSize: '10' });
  const lines: TrainingLine[] = [];
  for await (const line of createInterface({ input: child.stdout })) lines.push(JSON.parse(line));
  const end = lines.pop();
  assert.deepEqual(
    lines.map((line) => line.event),
    ['epoch', 'epoch'],
  );
  assert.ok(end?.event === 'end' && end.state === 'finished' && end.history.length === 3);
  const record = JSON.parse(readFileSync(join(run, 'record.json'), 'utf8'));
  assert.deepEqual([record.recipe.batchSize, record.recipe.seed], [10, 5]);
});

test('npm run train -- --json says in a line why it failed', async () => {
  const { child } = await startTrial({ batchSize: '30' });
  const [line] = await createInterface({ input: child.stdout })
    [Symbol.asyncIterator]()
    .next()
    .then(({ value }) => [JSON.parse(value)]);
  assert.equal(line.event, 'failed');
  assert.match(line.reason, /batchSize is 30: expected 10 or 20/);
});

test('npm run train -- --json ends when the program that started it is gone', async () => {
  const { child, run } = await startTrial({ batchSize: '20' }, 1_000_000);
  await once(createInterface({ input: child.stdout }), 'line');
  child.stdin.end();
  const [code] = await once(child, 'exit');
  assert.equal(code, 1);
  assert.ok(existsSync(run));
});
