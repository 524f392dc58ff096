import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { createRun, finishRun, noteHistory, resumeRun } from '../lib/active-run';
import { paths } from '../lib/paths';
import { readRun } from '../lib/runs';
import { temporaryFolder } from './support/folder';
import { data, epoch, recipe } from './support/run';

const logs = temporaryFolder();
const settings = { recipe, data, parameters: 123, logs };

test('createRun(settings) makes a folder with the record of a run that has begun', async () => {
  const run = await createRun(settings);
  assert.match(run.record.name, /^sample-\d{4}-\d{2}-\d{2}-\d{6}-7$/);
  assert.equal(run.folder, join(logs, run.record.name));
  const { record, history } = await readRun(run.record.name, { logs });
  assert.deepEqual(record, run.record);
  assert.deepEqual(history, []);
  assert.equal(record.state, 'running');
  assert.equal(record.end, null);
  assert.deepEqual(record.recipe, recipe);
  assert.deepEqual(record.data, { checksum: 'abc', train: 40, validation: 10, splitSeed: 1 });
  assert.ok(['CPU', 'GPU'].includes(record.environment.device));
  await finishRun(run, { state: 'failed', error: 'only a test' });
});

test('createRun({ name }) refuses a name that is taken, and one that leads out of the folder', async () => {
  const run = await createRun({ ...settings, name: 'taken' });
  await finishRun(run, { state: 'finished' });
  await assert.rejects(createRun({ ...settings, name: 'taken' }), /There is a run named taken/);
  for (const name of [
    '../out',
    '/tmp/out',
    '',
    '.',
    '..',
    'a/b',
    'a b',
    'published',
    'x.tmp',
    'a\n',
  ]) {
    await assert.rejects(createRun({ ...settings, name }), /A run cannot be named/, name);
  }
});

test('createRun({ name }) twice at once makes one run', async () => {
  const attempts = ['twin', 'twin'].map((name) => createRun({ ...settings, name }));
  const results = await Promise.allSettled(attempts);
  const made = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  assert.equal(made.length, 1);
  await finishRun(made[0], { state: 'finished' });
});

test('noteHistory(run, history) brings history and record to the disk at once', async () => {
  const run = await createRun({ ...settings, name: 'noted' });
  await noteHistory(run, [epoch(1)]);
  await noteHistory(run, [epoch(1), epoch(2)]);
  const { record, history } = await readRun('noted', { logs });
  assert.deepEqual(history, [epoch(1), epoch(2)]);
  assert.deepEqual(record.result, { epochs: 2, validationAccuracy: 0.2, validationLoss: 1 });
  assert.equal(record.imagesPerSecond, 20);
  assert.equal(record.state, 'running');
  await noteHistory(run, [epoch(1, 0.7)]);
  assert.deepEqual((await readRun('noted', { logs })).history, [epoch(1, 0.7)]);
  await finishRun(run, { state: 'interrupted' });
});

test('finishRun(run, end) notes state, precision and measures, and unlocks the folder', async () => {
  const run = await createRun({ ...settings, name: 'finished' });
  await noteHistory(run, [epoch(1)]);
  const history = [epoch(1), epoch(2), epoch(3)];
  const result = { validationAccuracyMirrored: 0.35 };
  const end = { state: 'finished', precision: 'float32', history, result } as const;
  const returned = await finishRun(run, end);
  const stored = await readRun('finished', { logs });
  assert.deepEqual(stored.record, returned);
  assert.deepEqual(stored.history, history);
  assert.equal(stored.record.state, 'finished');
  assert.equal(stored.record.precision, 'float32');
  assert.equal(stored.record.result.validationAccuracy, 0.3);
  assert.equal(stored.record.result.validationAccuracyMirrored, 0.35);
  assert.ok(stored.record.minutes > 0 && stored.record.minutes < 1);
  assert.ok(Date.parse(stored.record.end ?? '') >= Date.parse(stored.record.start));
  assert.deepEqual(readdirSync(run.folder).sort(), ['history.jsonl', 'record.json']);
});

test('resumeRun(name) goes on with an interrupted run and adds up its time', async () => {
  const run = await createRun({ ...settings, name: 'resumed' });
  await noteHistory(run, [epoch(1)]);
  run.earlier = 30;
  const first = await finishRun(run, { state: 'interrupted' });
  const next = await resumeRun('resumed', { data, logs });
  assert.equal(next.record.state, 'running');
  assert.equal(next.record.resumed.length, 1);
  await noteHistory(next, [...next.history, epoch(2)]);
  const second = await finishRun(next, { state: 'finished' });
  assert.deepEqual((await readRun('resumed', { logs })).history, [epoch(1), epoch(2)]);
  assert.equal(second.start, first.start);
  assert.ok(first.minutes > 30 && second.minutes > first.minutes);
});

test('resumeRun(name) of a failed run forgets the error', async () => {
  const run = await createRun({ ...settings, name: 'mended' });
  await finishRun(run, { state: 'failed', error: 'The loss became NaN' });
  assert.equal((await readRun('mended', { logs })).record.error, 'The loss became NaN');
  await finishRun(await resumeRun('mended', { data, logs }), { state: 'finished' });
  assert.equal((await readRun('mended', { logs })).record.error, undefined);
});

test('resumeRun(name) refuses a run that is finished, that is at work, or that is not there', async () => {
  await assert.rejects(resumeRun('finished', { data, logs }), /The run finished is finished/);
  await assert.rejects(resumeRun('nowhere', { data, logs }), /There is no run "nowhere"/);
  const run = await createRun({ ...settings, name: 'busy' });
  await assert.rejects(resumeRun('busy', { data, logs }), /is in use by this process itself/);
  await finishRun(run, { state: 'finished' });
});

test('resumeRun(name) refuses images that were split by another seed', async () => {
  const run = await createRun({ ...settings, name: 'split', data: { ...data, splitSeed: 2 } });
  await finishRun(run, { state: 'interrupted' });
  const message =
    'The run split was begun with the images split by the seed 2: go on with the same, got 1.';
  await assert.rejects(resumeRun('split', { data, logs }), { message });
  const again = await resumeRun('split', { data: { ...data, splitSeed: 2 }, logs });
  await finishRun(again, { state: 'finished' });
});

test('resumeRun(name) can be tried again after the disk has refused it', async () => {
  const run = await createRun({ ...settings, name: 'refused' });
  await finishRun(run, { state: 'interrupted' });
  const history = join(run.folder, 'history.jsonl');
  rmSync(history);
  mkdirSync(join(history, 'in the way'), { recursive: true });
  await assert.rejects(resumeRun('refused', { data, logs }), /history\.jsonl/);
  rmSync(history, { recursive: true });
  await finishRun(await resumeRun('refused', { data, logs }), { state: 'finished' });
});

test('a run whose process is killed at any moment can be read and resumed', async () => {
  const program = `
    const { createRun, noteHistory } = require('./lib/active-run');
    const { data, epoch, recipe } = require('./test/support/run');
    async function main() {
      const settings = { recipe, data, parameters: 1, name: 'killed', logs: ${JSON.stringify(logs)} };
      const run = await createRun(settings);
      for (let number = 1; ; number++) {
        await noteHistory(run, [...run.history, { ...epoch(1), epoch: number }]);
        if (number === 1) console.log('noted');
      }
    }
    void main();`;
  const writer = spawn(process.execPath, ['--import', 'tsx', '--eval', program], {
    cwd: paths.root,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(writer.stdout, 'data');
  await pause(200);
  await assert.rejects(resumeRun('killed', { data, logs }), new RegExp(`by process ${writer.pid}`));
  writer.kill('SIGKILL');
  await once(writer, 'exit');
  const { record, history } = await readRun('killed', { logs });
  assert.equal(record.state, 'interrupted');
  assert.ok(history.length > 0);
  const run = await resumeRun('killed', { data, logs });
  await noteHistory(run, [...run.history, { ...epoch(1), epoch: history.length + 1 }]);
  const end = await finishRun(run, { state: 'finished' });
  assert.equal(end.result.epochs, history.length + 1);
});

test('records name no folder and no host of the machine', async () => {
  const content = readFileSync(join(logs, 'finished', 'record.json'), 'utf8');
  assert.ok(!content.includes(paths.root));
  assert.ok(!content.includes(logs));
  assert.ok(!existsSync('/etc/hostname') || !content.includes(hostName()));
});

function hostName(): string {
  // Quoted, as a host may be named like any short word.
  return `"${readFileSync('/etc/hostname', 'utf8').trim()}"`;
}
