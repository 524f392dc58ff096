/** Charts of a search: where its trials lay, and how they learned. */
import type { Data } from 'plotly.js-dist-min';
import { percent } from './markdown-table';
import { epochTicks } from './plot-training';
import { plotAxis, short } from './plots';
import { placeIn, type Search, type Setting, settingsOf } from './search';
import type { Trial } from './search-record';
import { isOver, ranked, settingsText } from './search-table';
import { colours, type Figure, figure, wrapLabel } from './theme';

/** What a trial is drawn as. */
interface Group {
  name: string;
  trials: readonly Trial[];
  colour: string;
  width: number;
  opacity: number;
}

/** Trials that were stopped early, those that were trained to their end, and the best few of them. */
function groupsOf(trials: readonly Trial[], bestCount: number): Group[] {
  const best = ranked(trials).slice(0, bestCount);
  const kept = ranked(trials).slice(bestCount);
  const stopped = trials.filter((trial) => isOver(trial) && trial.state !== 'finished');
  const groups = [
    { name: 'stopped early', trials: stopped, colour: colours.quiet, width: 1, opacity: 0.4 },
    { name: 'trained to the end', trials: kept, colour: colours.training, width: 1, opacity: 0.7 },
    {
      name: bestCount === 1 ? 'the best' : `the best ${best.length}`,
      trials: best,
      colour: colours.validation,
      width: 2.5,
      opacity: 1,
    },
  ];
  return groups.filter((group) => group.trials.length > 0);
}

/** A polyline: its points, and what is said on each of them. */
interface Polyline {
  x: (number | null)[];
  y: number[];
  hover: string[];
}

/** One trace a group, with a gap between two of its trials. */
function groupTrace(group: Group, lineOf: (trial: Trial) => Polyline): Data {
  const lines = group.trials.map(lineOf);
  const joined = <Value>(part: (line: Polyline) => Value[]) =>
    lines.flatMap((line): (Value | null)[] => [...part(line), null]);
  return {
    type: 'scatter',
    mode: 'lines+markers',
    name: `${group.name} (${group.trials.length})`,
    x: joined(({ x }) => x),
    y: joined(({ y }) => y),
    text: joined(({ hover }) => hover) as string[],
    line: { color: group.colour, width: group.width },
    marker: { color: group.colour, size: group.width > 2 ? 6 : 4 },
    opacity: group.opacity,
    connectgaps: false,
    hovertemplate: '%{text}<extra></extra>',
  };
}

export interface SettingLinesOptions {
  title: string;
  /** How many of the best are drawn out. */
  best?: number;
}

/**
 * Returns parallel coordinates, turned so that they fit narrow screens: a row a setting, a line a trial.
 * Where a setting was held back, a line has a gap.
 */
export function settingLines(
  search: Pick<Search, 'space'>,
  trials: readonly Trial[],
  { title, best = 3 }: SettingLinesOptions,
): Figure {
  const settings = settingsOf(search);
  const rows = settings.map(([path]) => rowName(path));
  const lineOf = (trial: Trial): Polyline => {
    const places = placeIn(search, trial.settings);
    const held = settings.map(([path]) => !(path in trial.settings));
    return {
      x: places.map((place, row) => (held[row] ? null : place)),
      y: rows.map((_, row) => row),
      hover: settings.map(([path], row) => hoverText(trial, path, rows[row])),
    };
  };
  const words =
    `${trials.length} trials over ${rows.length} settings, ` +
    `${trials.filter(({ state }) => state === 'pruned').length} of them stopped early. ` +
    bestText(trials);
  return figure(
    groupsOf(trials, best).map((group) => groupTrace(group, lineOf)),
    { title, description: words, height: 120 + 52 * rows.length },
    {
      xaxis: { showticklabels: false, showgrid: false, range: [-0.04, 1.04], fixedrange: true },
      yaxis: {
        tickvals: rows.map((_, row) => row),
        ticktext: rows.map((name) => name.replaceAll(' ', '<br>')),
        range: [rows.length - 0.3, -0.6],
        fixedrange: true,
      },
      hovermode: 'closest',
      annotations: settings.flatMap(([, setting], row) => endTexts(setting, row)),
    },
  );
}

/** What stands below a row: the ends of a range, or the options where they lie. */
function endTexts(setting: Setting, row: number) {
  const look = { y: row, yshift: -13, showarrow: false, font: { size: 10, color: colours.text } };
  if (setting.kind === 'range') {
    return [
      { ...look, x: 0, xanchor: 'left' as const, text: short(setting.low) },
      { ...look, x: 1, xanchor: 'right' as const, text: short(setting.high) },
    ];
  }
  const names = Object.keys(setting.options);
  return names.map((name, index) => {
    const text = wrapLabel(name, 10);
    const lines = text.split('<br>').length;
    return { ...look, x: (index + 0.5) / names.length, text, yshift: -7 - 6 * lines };
  });
}

function rowName(path: string): string {
  return path
    .slice(path.lastIndexOf('.') + 1)
    .replace(/([A-Z])/g, ' $1')
    .toLowerCase();
}

function hoverText(trial: Trial, path: string, name: string): string {
  const value = trial.settings[path];
  const shown = typeof value === 'number' ? short(value) : value;
  return `trial ${trial.number}: ${name} ${shown}<br>${outcome(trial)}`;
}

function outcome({ validationAccuracy, epochs, state }: Trial): string {
  if (validationAccuracy === null) return 'failed before the first epoch';
  const how = state === 'finished' ? '' : `, ${state} there`;
  return `${percent(validationAccuracy)} after ${epochs} epochs${how}`;
}

function bestText(trials: readonly Trial[]): string {
  const [best] = ranked(trials);
  return best === undefined
    ? 'None was trained to its end.'
    : `The best, trial ${best.number}, reached ${percent(best.validationAccuracy ?? 0)} with ${settingsText(best)}.`;
}

/** Returns the validation accuracy of each trial over its epochs. */
export function trialCurves(trials: readonly Trial[], { title }: { title: string }): Figure {
  const begun = trials.filter(({ curve }) => curve.length > 0);
  const lineOf = (trial: Trial): Polyline => ({
    x: trial.curve.map((_, index) => index + 1),
    y: trial.curve,
    hover: trial.curve.map(
      (accuracy, index) => `trial ${trial.number}: ${percent(accuracy)} after epoch ${index + 1}`,
    ),
  });
  const most = Math.max(1, ...begun.map(({ curve }) => curve.length));
  return figure(
    groupsOf(begun, 1).map((group) => groupTrace(group, lineOf)),
    { title, description: `${begun.length} trials. ${bestText(begun)}`, height: 420 },
    {
      xaxis: { ...plotAxis({ title: 'epoch' }), ...epochTicks(most), range: [0.8, most + 0.2] },
      yaxis: plotAxis({
        title: 'validation accuracy',
        format: '.0%',
        range: [floorOf(begun), ceilingOf(begun)],
      }),
      hovermode: 'closest',
    },
  );
}

/** Trials that learned nothing would press all others together: the axis begins below most of them. */
function floorOf(trials: readonly Trial[]): number {
  const accuracies = trials.flatMap(({ curve }) => curve).sort((one, other) => one - other);
  const low = accuracies[Math.floor(accuracies.length / 10)] ?? 0;
  return Math.max(0, low - 0.02);
}

function ceilingOf(trials: readonly Trial[]): number {
  return Math.max(0.01, ...trials.flatMap(({ curve }) => curve)) + 0.005;
}
