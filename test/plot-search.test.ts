import assert from 'node:assert/strict';
import test from 'node:test';
import { settingLines, trialCurves } from '../lib/plot-search';
import { description, type Figure } from '../lib/theme';
import { space, trial, trials } from './support/search';

type Trace = { name: string; x: (number | null)[]; y: (number | null)[]; text: string[] };
const traces = (figure: Figure) => figure.data as unknown as Trace[];
const over = trials.filter(({ state }) => state !== 'running');

test('settingLines(search, trials) draws a line a trial through a row a setting', () => {
  const [stopped, kept, best] = traces(settingLines({ space }, over, { title: 'Where', best: 1 }));
  assert.deepEqual(
    [stopped, kept, best].map(({ name }) => name),
    ['stopped early (2)', 'trained to the end (1)', 'the best (1)'],
  );
  assert.deepEqual(best.y, [0, 1, 2, 3, null]);
  const [peak, smoothing, averaging, decay] = best.x as number[];
  assert.ok(Math.abs(peak - Math.log(15) / Math.log(100)) < 1e-9);
  assert.ok(Math.abs(smoothing - 0.45) < 1e-9);
  assert.deepEqual([averaging, Number(decay.toFixed(3))], [0.75, 0.556]);
});

test('settingLines(search, trials) leaves a gap where a setting is held back', () => {
  const [stopped] = traces(settingLines({ space }, over, { title: 'Where' }));
  assert.deepEqual(stopped.x.slice(2, 5), [0.25, null, null]);
});

test('settingLines(search, trials) names the best and its settings in words', () => {
  assert.match(
    description(settingLines({ space }, over, { title: 'Where' })),
    /^Where\. 4 trials over 4 settings, 1 of them stopped early\. The best, trial 3, reached 93\.00 % with peak 0\.15,/,
  );
});

test('trialCurves(trials) draws each epoch of each trial that has one', () => {
  const shown = traces(trialCurves(trials, { title: 'How' }));
  assert.deepEqual(
    shown.map(({ y }) => y),
    [
      [0.6, 0.7, null],
      [0.8, 0.88, 0.91, 0.92, null],
      [0.82, 0.9, 0.92, 0.93, null],
    ],
  );
  assert.equal(shown[0].text[1], 'trial 2: 70.00 % after epoch 2');
});

test('trialCurves(trials) has at most some ten ticks, however many epochs', () => {
  const long = trial(1, 'finished', new Array(96).fill(0.9));
  assert.equal(trialCurves([long], { title: 'How' }).layout.xaxis?.dtick, 10);
  assert.equal(trialCurves(trials, { title: 'How' }).layout.xaxis?.dtick, 1);
});

test('trialCurves(trials) of trials that learned nothing does not fail', () => {
  const words = description(trialCurves([trial(1, 'failed', [])], { title: 'How' }));
  assert.equal(words, 'How. 0 trials. None was trained to its end.');
});
