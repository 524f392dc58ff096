/** Runs side by side: which learned how much in how many minutes. */
import { type Line, lineChart } from './plot-lines';
import { areSameImages, type RunRecord } from './run-record';
import type { StoredRun } from './runs';
import type { Row } from './tables';
import { colours, type Figure, lineColours } from './theme';
import type { Epoch } from './training';
import { viewSets } from './views';

/** The most runs that a chart shows beside the present one. */
const mostOthers = 4;

/** What runs are compared with. */
export type PresentRun = Pick<StoredRun, 'record' | 'history'>;

/** Returns those that were trained and validated on the same images, each once: published ones may be in `logs/` too. */
export function comparableRuns<Run extends PresentRun>(
  runs: readonly Run[],
  { record: { data } }: PresentRun,
): Run[] {
  const byStart = new Map(runs.map((run) => [`${run.record.name} ${run.record.start}`, run]));
  return [...byStart.values()].filter(({ record }) => areSameImages(record.data, data));
}

const bestFirst = (one: PresentRun, other: PresentRun) =>
  (other.record.result.validationAccuracy ?? 0) - (one.record.result.validationAccuracy ?? 0);

/** Returns runs as rows of a table, the most accurate first. */
export function comparisonRows(runs: readonly PresentRun[], present: PresentRun): Row[] {
  return [...runs].sort(bestFirst).map(({ record }) => ({
    run: record.name === present.record.name ? `${record.name} (this run)` : record.name,
    state: record.state,
    recipe: record.recipe.name,
    seed: record.recipe.seed,
    epochs: record.result.epochs,
    'validation accuracy': record.result.validationAccuracy,
    views: viewSets[record.recipe.views ?? 'plain'].length,
    minutes: record.minutes,
    'images/s': Math.round(record.imagesPerSecond),
    precision: record.precision,
  }));
}

/** Returns a short name for a chart: `25 Nov 01:26` for a run that was named by its date. */
function shortName({ name, start }: RunRecord): string {
  if (name.length <= 16) return name;
  const [, month, day, time] = /^\d+-(\d+)-(\d+)T(\d+:\d+)/.exec(start) ?? [];
  const months = [
    'Jan',
    'Feb',
    'Mar',
    'Apr',
    'May',
    'Jun',
    'Jul',
    'Aug',
    'Sep',
    'Oct',
    'Nov',
    'Dec',
  ];
  return `${Number(day)} ${months[Number(month) - 1]} ${time}`;
}

/** Returns the accuracy after each epoch against the minutes of training until then. */
function lineOf(history: readonly Epoch[], name: string, colour: string): Line {
  const measured: { minutes: number; accuracy: number }[] = [];
  let seconds = 0;
  for (const { seconds: spent, validationAccuracy } of history) {
    seconds += spent;
    if (validationAccuracy === undefined) continue;
    measured.push({ minutes: seconds / 60, accuracy: validationAccuracy });
  }
  const x = measured.map(({ minutes }) => minutes);
  return { name, x, y: measured.map(({ accuracy }) => accuracy), colour };
}

/**
 * Returns the validation accuracy of a run and of the most accurate others against the minutes of their
 * training; those without a validated epoch are left out.
 */
export function comparisonChart(runs: readonly PresentRun[], present: PresentRun): Figure {
  const others = runs
    .filter(({ record }) => record.name !== present.record.name)
    .sort(bestFirst)
    .slice(0, mostOthers);
  const greys = lineColours.filter((colour) => colour !== colours.emphasis);
  const lines = [
    ...others.map((run, index) => lineOf(run.history, shortName(run.record), greys[index])),
    lineOf(present.history, 'this run', colours.emphasis),
  ].filter(({ x }) => x.length > 0);
  return lineChart(lines, {
    title: 'Accuracy against minutes of training',
    description: `${described(lines.length)}, after each epoch. The minutes are those of their own machines.`,
    x: { title: 'minutes of training, without validation', logarithmic: true },
    y: { title: 'validation accuracy', format: '.1%' },
  });
}

function described(lines: number): string {
  if (lines === 0) return 'Not one validated run';
  if (lines === 1) return 'This run alone';
  return `This run and ${lines - 1} of the most accurate others`;
}
