import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { before } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { createRun, finishRun, noteHistory } from '../lib/active-run';
import { listRuns, publishRun, readRun } from '../lib/runs';
import { temporaryFolder } from './support/folder';
import { data, epoch, recipe } from './support/run';

const logs = temporaryFolder();

before(async () => {
  await makeRun('whole');
});

async function makeRun(name: string): Promise<void> {
  const run = await createRun({ recipe, data, parameters: 1, name, logs });
  await noteHistory(run, [epoch(1), epoch(2)]);
  await finishRun(run, { state: 'finished' });
}

/** Changes one file of a copy of the whole run and returns what reading it says. */
async function problemAfter(file: string, change: (content: string) => string): Promise<string> {
  const broken = temporaryFolder();
  const folder = join(broken, 'whole');
  mkdirSync(folder, { recursive: true });
  for (const each of ['record.json', 'history.jsonl']) {
    const content = readFileSync(join(logs, 'whole', each), 'utf8');
    writeFileSync(join(folder, each), each === file ? change(content) : content);
  }
  const problem = await readRun('whole', { logs: broken }).then(
    () => 'none',
    ({ message }: Error) => message,
  );
  return problem.replace(folder, '…');
}

/** Sets a field of a JSON text, given its way: `environment.cores`. */
function set(field: string, value: unknown): (content: string) => string {
  return (content) => {
    const record = JSON.parse(content);
    const names = field.split('.');
    const last = names.pop() ?? '';
    names.reduce((inner, name) => inner[name], record)[last] = value;
    return JSON.stringify(record);
  };
}

test('readRun(name) gives record and history', async () => {
  const { record, history, folder } = await readRun('whole', { logs });
  assert.equal(folder, join(logs, 'whole'));
  assert.equal(record.name, 'whole');
  assert.deepEqual(history, [epoch(1), epoch(2)]);
});

test('readRun(name) names the file and the field that is wrong', async () => {
  const cases: [string, unknown, RegExp][] = [
    ['version', 1, /^…\/record\.json: version is 1, expected one of 2\.$/],
    ['state', 'done', /state is "done", expected one of running, finished, interrupted, failed/],
    ['recipe.seed', undefined, /recipe\.seed is missing, expected a whole number from 0/],
    ['recipe', [], /recipe is \[\], expected an object/],
    ['data.train', -1, /data\.train is -1/],
    ['environment.device', 'TPU', /environment\.device is "TPU", expected one of CPU, GPU/],
    ['minutes', null, /minutes is null, expected a number from 0/],
    ['start', 'yesterday', /start is "yesterday", expected a date/],
    [
      'commit',
      { hash: 1 },
      /commit is \{"hash":1\}, expected null or an object with hash, changed/,
    ],
    ['result', { accuracy: 'high' }, /result is .* expected an object of numbers/],
  ];
  for (const [field, value, problem] of cases) {
    assert.match(await problemAfter('record.json', set(field, value)), problem);
  }
});

test('readRun(name) recognises files that were cut off, anywhere', async () => {
  const { length } = readFileSync(join(logs, 'whole', 'record.json'), 'utf8');
  for (const end of [0, 1, 100, length >> 1, length - 3]) {
    const problem = await problemAfter('record.json', (content) => content.slice(0, end));
    assert.match(problem, /^…\/record\.json is not whole JSON/);
  }
  const problem = await problemAfter('history.jsonl', (content) => content.slice(0, -5));
  assert.match(problem, /^…\/history\.jsonl, line 2 is not whole JSON/);
});

test('readRun(name) recognises a wrong line of the history', async () => {
  const edit = (line: string) => (content: string) => `${content.split('\n')[0]}\n${line}\n`;
  const lines: [string, RegExp][] = [
    [JSON.stringify(epoch(3)), /line 2: epoch is 3, expected 2/],
    [
      JSON.stringify(epoch(2, 96.5)),
      /line 2: validationAccuracy is 96\.5, expected a number from 0 to 1/,
    ],
    ['null', /line 2: the record is null, expected an object/],
  ];
  for (const [line, problem] of lines) {
    assert.match(await problemAfter('history.jsonl', edit(line)), problem);
  }
});

test('readRun(name) recognises numbers that were changed, and files of other runs', async () => {
  const numbers = await problemAfter('history.jsonl', (content) => content.replace('0.5', '0.6'));
  assert.match(numbers, /^…\/history\.jsonl is not the one that record\.json tells of/);
  const shorter = await problemAfter('history.jsonl', (content) => `${content.split('\n')[0]}\n`);
  assert.match(shorter, /^…\/history\.jsonl is not the one that record\.json tells of/);
  const result = await problemAfter('record.json', (content) => content.replace('0.2', '0.3'));
  assert.match(result, /^…\/record\.json is not as it was written/);
  await makeRun('another');
  const another = readFileSync(join(logs, 'another', 'record.json'), 'utf8');
  const swapped = await problemAfter('record.json', () => another);
  assert.match(
    swapped,
    /^…\/record\.json is the record of the run another: put that of whole back/,
  );
  rmSync(join(logs, 'another'), { recursive: true });
});

test('readRun(name) takes a run whose process is gone for interrupted', async () => {
  const run = await createRun({ recipe, data, parameters: 1, name: 'abandoned', logs });
  assert.equal((await readRun('abandoned', { logs })).record.state, 'running');
  await run.lock.release();
  assert.equal((await readRun('abandoned', { logs })).record.state, 'interrupted');
});

test('readRun(name) refuses names that lead out of the folder', async () => {
  for (const name of ['../whole', 'published/../whole', 'whole/', 'published/']) {
    await assert.rejects(readRun(name, { logs }), /A run cannot be named/);
  }
});

test('listRuns() gives the latest first and tells of those that cannot be read', async () => {
  await pause(2);
  await makeRun('later');
  mkdirSync(join(logs, 'empty'));
  writeFileSync(join(logs, 'test-set-openings.jsonl'), '');
  const problems: string[] = [];
  const runs = await listRuns({ logs, onProblem: (problem) => problems.push(problem) });
  assert.deepEqual(
    runs.map(({ record }) => record.name),
    ['later', 'abandoned', 'whole'],
  );
  assert.equal(problems.length, 1);
  assert.match(problems[0], /empty\/record\.json cannot be read/);
  rmSync(join(logs, 'empty'), { recursive: true });
});

test('listRuns() is empty where there is no folder', async () => {
  assert.deepEqual(await listRuns({ logs: join(logs, 'nowhere') }), []);
});

test('publishRun(name, publishedName) copies record and history under the new name', async () => {
  writeFileSync(join(logs, 'whole', 'step-1.checkpoint'), 'stays behind');
  const folder = await publishRun('whole', 'best-1', { logs });
  assert.equal(folder, join(logs, 'published', 'best-1'));
  assert.deepEqual(readdirSync(join(logs, 'published')), ['best-1']);
  assert.deepEqual(readdirSync(folder).sort(), ['history.jsonl', 'record.json']);
  const original = await readRun('whole', { logs });
  const published = await readRun('published/best-1', { logs });
  assert.deepEqual(published.record, { ...original.record, name: 'best-1' });
  assert.deepEqual(published.history, original.history);
  const listed = await listRuns({ logs, published: true });
  assert.deepEqual(listed, [published]);
});

test('publishRun(name, publishedName) refuses a taken name and a run that is not finished', async () => {
  const published = join(logs, 'published');
  await assert.rejects(publishRun('later', 'best-1', { logs }), /There is a run named best-1/);
  await assert.rejects(publishRun('abandoned', 'x', { logs }), /abandoned is interrupted: only a/);
  await assert.rejects(publishRun('whole', '../x', { logs }), /A run cannot be named/);
  assert.deepEqual(readdirSync(published), ['best-1']);
});
