import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import test from 'node:test';
import { duration, type Pace, type Progress, progressHtml, progressText } from '../lib/progress';
import type { Curves } from '../lib/progress-curves';

const half: Progress = { title: 'training', done: 25_000, total: 50_000, unit: 'images' };
const running: Pace = { elapsed: 60, rate: 500, state: 'running' };

for (const [seconds, text] of [
  [0, '0 s'],
  [59.4, '59 s'],
  [59.6, '1 min 0 s'],
  [185, '3 min 5 s'],
  [7800, '2 h 10 min'],
  [-1, '0 s'],
] as const) {
  test(`duration(${seconds}) is ${text}`, () => assert.equal(duration(seconds), text));
}

test('progressText(progress) says how far, how fast and how long', () => {
  assert.equal(
    progressText({ ...half, loss: 0.3124, accuracy: 0.8912, learningRate: 0.05 }, running),
    'training 50 % · 25,000 of 50,000 images · images/s 500 · time left 50 s · ' +
      'loss 0.312 · accuracy 89.12 % · learning rate 0.05',
  );
});

test('progressText(progress) gives the time so far while the speed is unknown', () => {
  assert.match(progressText(half, { ...running, rate: 0 }), /images · elapsed 1 min 0 s$/);
});

test('progressText(progress) says that it was stopped, and after how long', () => {
  assert.match(progressText(half, { ...running, state: 'stopped' }), /stopped after 1 min 0 s/);
});

test('progressHtml(progress) escapes the title and has no script', () => {
  const html = progressHtml({ ...half, title: '<script>' }, running);
  assert.match(html, /&lt;script&gt;/);
  assert.doesNotMatch(html, /<script/);
});

const none: Curves = { training: [], validation: [], epochs: 4 };

test('progressHtml(progress) draws curves once there is a point, at the end as pictures', () => {
  const curves = { ...none, training: [{ epoch: 0.5, loss: 2, accuracy: 0.3 }] };
  assert.doesNotMatch(progressHtml({ ...half, curves: none }, running), /<svg/);
  assert.match(progressHtml({ ...half, curves }, running), /<svg/);
  const last = progressHtml({ ...half, curves }, { ...running, state: 'finished' });
  assert.match(last, /<img src="data:image\/svg\+xml[^>]+alt="accuracy: training 30.0 %"/);
});

test('progressHtml(progress) leaves the latest values to the curves where there are some', () => {
  const measured = { ...half, loss: 2, accuracy: 0.3 };
  const curves = { ...none, training: [{ epoch: 0.5, loss: 1.5, accuracy: 0.4 }] };
  assert.match(progressHtml(measured, running), /30\.00 %/);
  const html = progressHtml({ ...measured, curves }, running);
  assert.doesNotMatch(html, /30\.00 %/);
  assert.match(html, /40\.0 %/);
});

test('progressHtml(progress) draws the whole training as wide as its curves are', () => {
  const training = [1, 4].map((epoch) => ({ epoch, loss: 5 - epoch, accuracy: epoch / 10 }));
  const html = progressHtml({ ...half, curves: { ...none, training } }, running);
  const [, places] = /<polyline points="([^"]+)"/.exec(html) ?? [];
  assert.deepEqual(
    places.split(' ').map((place) => Number(place.split(',')[0])),
    [75, 300],
  );
});

test('progressHtml(progress) draws numbers only, also when a loss was not finite', () => {
  const training = [
    { epoch: 1, loss: Number.NaN, accuracy: 0.1 },
    { epoch: 2, loss: Number.POSITIVE_INFINITY, accuracy: 0.1 },
  ];
  const curves = { ...none, training };
  assert.doesNotMatch(progressHtml({ ...half, curves }, running), /NaN|Infinity/);
});

test('liveDisplay() writes few plain lines where there is no terminal, the last state always', () => {
  const program = `
    const { liveDisplay } = require('./lib/live');
    const live = liveDisplay();
    for (let done = 0; done <= 1000; done++) live.update({ title: 'counting', done, total: 1000, unit: 'steps' });
    live.end();`;
  const text = execFileSync(process.execPath, ['--import', 'tsx', '-e', program], {
    encoding: 'utf8',
  });
  const lines = text.trim().split('\n');
  assert.equal(lines.length, 2);
  assert.match(lines[1], /^counting 100 % · 1,000 of 1,000 steps · finished after/);
});
