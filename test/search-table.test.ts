import assert from 'node:assert/strict';
import test from 'node:test';
import {
  failureLines,
  ranked,
  searchLine,
  settingsText,
  spreadText,
  trialRows,
  trialsOfInterest,
} from '../lib/search-table';
import { plan, trial, trials } from './support/search';

test('ranked(trials) are the finished ones, the best first, of equals the earlier', () => {
  const all = [...trials, trial(6, 'finished', [0.93])];
  assert.deepEqual(
    ranked(all).map(({ number }) => number),
    [3, 6, 1],
  );
});

test('trialsOfInterest(trials, limit) shows what runs, then the best, then what was stopped last', () => {
  const numbers = (limit: number) => trialsOfInterest(trials, limit).map(({ number }) => number);
  assert.deepEqual(numbers(10), [5, 3, 1, 4, 2]);
  assert.deepEqual(numbers(2), [5, 3]);
});

test('settingsText(trial) names the last part of each path, numbers with three digits', () => {
  const settings = { 'schedule.peak': 0.123456, averaging: 'none' };
  assert.equal(settingsText({ settings }), 'peak 0.123, averaging none');
});

test('trialRows(plan, trials) says how far each trial is', () => {
  const [first, , , failed] = trialRows(plan, trials);
  assert.deepEqual(first, {
    trial: 1,
    state: 'finished',
    epoch: '4 of 4',
    'validation accuracy': 0.92,
    time: '10 s',
    settings: 'peak 0.05, labelSmoothing 0.03, averaging exponential, decay 0.95',
  });
  assert.equal(failed['validation accuracy'], null);
});

test('failureLines(trials) tells each reason once, with the trials that failed by it', () => {
  const failed = (number: number, reason: string | null) => ({
    ...trial(number, 'failed', []),
    reason,
  });
  const all = [trial(1, 'finished', [0.9]), failed(2, 'full'), failed(3, null), failed(4, 'full')];
  assert.deepEqual(failureLines(all), [
    'Failed: trials 2, 4: full',
    'Failed: trial 3: no reason is on record',
  ]);
});

test('searchLine(search, clock) counts, names the best, and the time left', () => {
  assert.equal(
    searchLine({ plan, trials }, { elapsed: 80 }),
    'example: 4 of 6 trials over · 1 running · best 93.00 % (trial 3) · time left about 40 s',
  );
});

test('searchLine(search, clock) reckons with what was done since the search was taken up', () => {
  const line = searchLine({ plan, trials }, { elapsed: 30, doneBefore: 3 });
  assert.match(line, /time left about 1 min 0 s$/);
  assert.match(searchLine({ plan, trials }, { elapsed: 9, doneBefore: 4 }), /9 s elapsed$/);
});

test('spreadText(plan, trials) is the best of a search, and mean and deviation of seeds', () => {
  assert.equal(
    spreadText(plan, trials),
    'best validation accuracy 93.00 %, trial 3 of 2 finished trials',
  );
  const seeds = { ...plan, space: {} };
  assert.equal(spreadText(seeds, trials), 'validation accuracy 92.50 ± 0.71 %, 2 finished trials');
  assert.equal(spreadText(seeds, [trials[0]]), 'validation accuracy 92.00 %, 1 finished trial');
  assert.equal(spreadText(plan, []), 'no trial has finished');
});
