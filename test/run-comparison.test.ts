import assert from 'node:assert/strict';
import test from 'node:test';
import {
  comparableRuns,
  comparisonChart,
  comparisonRows,
  type PresentRun,
} from '../lib/run-comparison';
import type { RunRecord } from '../lib/run-record';
import { data, epoch, recipe } from './support/run';

/** A run of three epochs of two seconds that ended with this accuracy. */
function run(name: string, accuracy: number, checksum = data.checksum): PresentRun {
  const record = {
    name,
    state: 'finished',
    recipe,
    data: { checksum, train: 40, validation: 10 },
    start: '2026-01-31T12:34:56.000Z',
    minutes: 0.2,
    imagesPerSecond: 20.4,
    precision: 'float32',
    result: { epochs: 3, validationAccuracy: accuracy },
  } as unknown as RunRecord;
  return { record, history: [1, 2, 3].map((number) => epoch(number, (number * accuracy) / 3)) };
}

const present = run('quick-2026-01-31-123456-1', 0.9);

test('comparableRuns(runs, present) leaves out those of other images', () => {
  const other = run('fixture', 0.5, 'def');
  assert.deepEqual(comparableRuns([other, present], present), [present]);
});

test('comparableRuns(runs, present) has a run once that is published and in logs/ too', () => {
  const published = { ...present, record: { ...present.record } };
  assert.equal(comparableRuns([present, published, run('other', 0.8)], present).length, 2);
});

test('comparisonRows(runs, present) tells how many views an accuracy was measured in', () => {
  const { record } = run('views', 0.9);
  const shown = { ...record, recipe: { ...recipe, views: 'mirrored' as const } };
  const rows = comparisonRows([{ record: shown, history: [] }, run('none', 0.8)], present);
  assert.deepEqual(
    rows.map(({ views }) => views),
    [2, 1],
  );
});

test('comparisonRows(runs, present) has the most accurate first, and marks the present one', () => {
  const rows = comparisonRows([run('worse', 0.8), present, run('better', 0.95)], present);
  assert.deepEqual(
    rows.map((row) => row.run),
    ['better', `${present.record.name} (this run)`, 'worse'],
  );
});

test('comparisonChart(runs, present) draws accuracy against minutes, the present run last', () => {
  const { data: traces } = comparisonChart([run('better', 0.95), present], present);
  const drawn = traces as unknown as { name: string; x: number[]; y: number[] }[];
  assert.deepEqual(
    drawn.map(({ name }) => name),
    ['better', 'this run'],
  );
  assert.deepEqual(drawn[1].x, [2 / 60, 4 / 60, 6 / 60]);
  assert.equal(drawn[1].y[2], 0.9);
});

test('comparisonChart(runs, present) draws no more than the most accurate others, by short names', () => {
  const others = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6].map((accuracy) => run(`r${accuracy}`, accuracy));
  const long = run('quick-2026-01-31-123456-2', 0.7);
  const { data: traces } = comparisonChart([...others, long], present);
  const names = traces.map(({ name }) => name);
  assert.deepEqual(names, ['31 Jan 12:34', 'r0.6', 'r0.5', 'r0.4', 'this run']);
});

test('comparisonChart(runs, present) leaves out a run without an epoch', () => {
  const { data: traces } = comparisonChart([{ ...run('empty', 0), history: [] }], present);
  assert.equal(traces.length, 1);
});
