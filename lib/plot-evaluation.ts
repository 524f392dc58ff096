/** Charts that judge a classifier: how honest its probabilities are, and its place among others. */

import type { Data } from 'plotly.js-dist-min';
import { expectedCalibrationError, type ReliabilityBin } from './calibration';
import { lineChart } from './plot-lines';
import { type Axis, plotAxis } from './plots';
import type { RobustnessCurve } from './robustness';
import { sum, wilsonInterval } from './statistics';
import { colours, type Figure, figure, wrapLabel } from './theme';

/** Returns how often a classifier is right that says it is this sure: bars on the line are honest. */
export function reliabilityDiagram(
  bins: readonly ReliabilityBin[],
  { title = 'Is it right as often as it says?' }: { title?: string } = {},
): Figure {
  const filled = bins.filter(({ count }) => count > 0);
  const total = sum(filled.map(({ count }) => count));
  const gap = expectedCalibrationError(filled);
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const intervals = filled.map(({ accuracy, count }) =>
    wilsonInterval(Math.round(accuracy * count), count),
  );
  const bars: Data = {
    type: 'bar',
    name: 'accuracy',
    x: filled.map(({ from, to }) => (from + to) / 2),
    y: filled.map(({ accuracy }) => accuracy),
    width: filled.map(({ from, to }) => 0.92 * (to - from)),
    marker: { color: colours.training },
    // Bars of few images are as high by chance as others by many: their intervals tell which.
    error_y: {
      type: 'data',
      symmetric: false,
      array: filled.map(({ accuracy }, index) => intervals[index].high - accuracy),
      arrayminus: filled.map(({ accuracy }, index) => accuracy - intervals[index].low),
      color: colours.text,
      thickness: 1.5,
      width: 3,
    },
    customdata: filled.map(
      (bin, index) =>
        `${bin.count.toLocaleString('en')} images, ${percent(bin.confidence)} sure on average, ` +
        `${percent(bin.accuracy)} right (95 %: ${percent(intervals[index].low)} to ` +
        `${percent(intervals[index].high)})`,
    ),
    hovertemplate: '%{customdata}<extra></extra>',
  };
  const honest: Data = {
    type: 'scatter',
    mode: 'lines',
    name: 'as often as it says',
    x: [0, 1],
    y: [0, 1],
    line: { color: colours.validation, width: 2, dash: 'dash' },
    hoverinfo: 'skip',
  };
  const words = `Over ${total.toLocaleString('en')} images, confidence and accuracy differ by ${percent(gap)} on average, in ${bins.length} bins.`;
  return figure(
    [bars, honest],
    { title, description: words, height: 420 },
    {
      xaxis: {
        ...plotAxis({ title: 'confidence', format: '.0%', range: [0, 1] }),
        ...{ showgrid: false, dtick: 0.2 },
      },
      yaxis: {
        ...plotAxis({ title: 'share recognised', format: '.0%', range: [0, 1.02] }),
        dtick: 0.2,
      },
    },
  );
}

/** Returns how the accuracy falls while images get worse, step by step, with what each step is. */
export function robustnessChart(
  curves: readonly RobustnessCurve[],
  { title = 'Accuracy on images that get worse' }: { title?: string } = {},
): Figure {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const lines = curves.map(({ name, texts, correct, total }) => ({
    name,
    x: [...correct.keys()],
    y: correct.map((count) => count / total),
    hover: correct.map((count, steps) => {
      const { low, high } = wilsonInterval(count, total);
      const interval = `${percent(low)} to ${percent(high)}`;
      return `${texts[steps]}: ${percent(count / total)} (95 %: ${interval})`;
    }),
  }));
  const ends = lines.map(({ name, y }) => `${name} ${percent(y[y.length - 1])}`);
  const all = curves[0].total.toLocaleString('en');
  return lineChart(lines, {
    title,
    x: { title: 'steps' },
    y: { title: 'accuracy', format: '.0%', range: [0, 1.02] },
    description: `${all} images, ${percent(lines[0].y[0])} as they are. In the last step: ${ends.join(', ')}.`,
  });
}

/** One result of a comparison, as a share: 0.96 is 96 %. */
export interface Entry {
  name: string;
  value: number;
  /** The ends of the interval around `value`. */
  low?: number;
  high?: number;
  /** What the pointer shows beside the number: the source, the device, the cost. */
  note?: string;
  /** Whether the entry is one of ours: drawn in the colour that stands out. */
  ours?: boolean;
}

export interface LeaderboardOptions {
  title: string;
  value?: Axis;
  /** Decimals of the number beside each dot, in percent. */
  digits?: number;
  description?: string;
}

/** Returns the dots of `entries`, each with whiskers to the ends of its interval. */
function dots(entries: readonly Entry[], ours: boolean, digits: number): Data {
  const chosen = entries.filter((entry) => (entry.ours ?? false) === ours);
  const percent = (share: number) => `${(100 * share).toFixed(digits)} %`;
  const colour = ours ? colours.emphasis : colours.quiet;
  return {
    type: 'scatter',
    mode: 'text+markers',
    name: ours ? 'this project' : 'others',
    x: chosen.map(({ value }) => value),
    y: chosen.map(({ name }) => wrapLabel(name, 20)),
    text: chosen.map(({ value }) => percent(value)),
    textposition: 'top center',
    textfont: { size: 11 },
    cliponaxis: false,
    marker: { color: colour, size: 9, symbol: ours ? 'diamond' : 'circle' },
    error_x: {
      type: 'data',
      symmetric: false,
      array: chosen.map(({ value, high = value }) => high - value),
      arrayminus: chosen.map(({ value, low = value }) => value - low),
      color: colour,
      thickness: 1.5,
      width: 4,
    },
    customdata: chosen.map(({ value, low, high, note = '' }) => {
      const interval =
        low === undefined || high === undefined
          ? ''
          : `, 95 % interval ${percent(low)} to ${percent(high)}`;
      return `${percent(value)}${interval}${note && `<br>${note}`}`;
    }),
    hovertemplate: '%{y}<br>%{customdata}<extra></extra>',
  };
}

/** Returns results as dots with their intervals, the best on top; two that overlap may be equal. */
export function leaderboard(entries: readonly Entry[], options: LeaderboardOptions): Figure {
  const { title, value = { title: 'accuracy', format: '.1%' }, digits = 2 } = options;
  const sorted = [...entries].sort((first, second) => second.value - first.value);
  const best = sorted[0];
  const words = `${sorted.length} results, the best ${best?.name} with ${(100 * best?.value).toFixed(digits)} %.`;
  const sides = [false, true].filter((ours) =>
    sorted.some((entry) => (entry.ours ?? false) === ours),
  );
  return figure(
    sides.map((ours) => dots(sorted, ours, digits)),
    { title, description: options.description ?? words, height: 130 + 46 * sorted.length },
    {
      xaxis: plotAxis(value),
      yaxis: {
        categoryorder: 'array',
        categoryarray: sorted.map(({ name }) => wrapLabel(name, 20)),
        range: [sorted.length - 0.4, -0.8],
      },
      showlegend: sorted.some(({ ours }) => ours),
    },
  );
}
