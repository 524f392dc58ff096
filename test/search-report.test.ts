import assert from 'node:assert/strict';
import test from 'node:test';
import { accuraciesOf, bestRows, settingImportance, spaceRows } from '../lib/search-report';
import { plan, trial, trials } from './support/search';

test('spaceRows(search) says what each setting may be, and what it was made by hand', () => {
  const [peak, , averaging, decay] = spaceRows({ plan });
  assert.deepEqual(peak, {
    setting: 'schedule.peak',
    'from … to': '0.01 … 1',
    unit: 'rate',
    scale: 'logarithmic',
    only: '',
    'made by hand': '0.1',
  });
  assert.equal(averaging['from … to'], 'none · exponential');
  assert.equal(decay.only, 'averaging exponential');
});

test('settingImportance(search) finds the setting that decides, among those compared at the same epoch', () => {
  const many = Array.from({ length: 40 }, (_, index) => {
    const peak = 0.02 + ((index * 7) % 40) / 50;
    const curve = [0.5, 0.9 - Math.abs(peak - 0.4) / 2];
    const settings = { ...trial(index + 1, 'pruned', []).settings, 'schedule.peak': peak };
    const labelSmoothing = ((index * 11) % 40) / 200;
    return { ...trial(index + 1, 'pruned', curve), settings: { ...settings, labelSmoothing } };
  });
  const early = { ...trial(41, 'pruned', [0.1]) };
  const found = settingImportance({ plan, trials: [...many, early] });
  assert.equal(found.settings[0], 'schedule.peak');
  assert.deepEqual([found.epoch, found.count], [2, 40]);
  assert.ok(found.alone[0] > 2 * found.alone[1]);
  assert.ok(found.alone[0] > found.chance && found.alone[1] < found.chance, `${found.chance}`);
  assert.deepEqual(
    [...found.alone].sort((one, other) => other - one),
    found.alone,
  );
});

test('settingImportance(search) says so where nothing but seeds was varied', () => {
  const seeds = { plan: { ...plan, space: {} }, trials };
  assert.throws(() => settingImportance(seeds), /example varied nothing but seeds: take one that/);
});

test('settingImportance(search) counts trials that failed as the last', () => {
  const half = Array.from({ length: 40 }, (_, index) => {
    const base = trial(index + 1, 'finished', [0.5, 0.9, 0.9, 0.9 + index / 1e6]);
    const peak = 0.02 + index / 50;
    const settings = { ...base.settings, 'schedule.peak': peak };
    return peak < 0.4 ? { ...base, settings } : { ...trial(index + 1, 'failed', []), settings };
  });
  const found = settingImportance({ plan, trials: half });
  assert.equal(found.count, 40);
  assert.equal(found.settings[0], 'schedule.peak');
});

test('bestRows(search, count) puts the best trials beside what was made by hand', () => {
  const rows = bestRows({ plan, trials }, 1);
  assert.deepEqual(rows[0], { setting: 'schedule.peak', 'made by hand': '0.1', 'trial 3': '0.15' });
});

test('accuraciesOf(search) are those of finished trials', () => {
  assert.deepEqual(accuraciesOf({ trials }), [0.92, 0.93]);
});
