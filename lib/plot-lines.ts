/** Charts of lines: anything against anything, with bands, and the curves of a training. */
import type { Data } from 'plotly.js-dist-min';
import { type Axis, type Numbers, plotAxis, requireEqualLengths, short } from './plots';
import { classColours, colours, type Figure, figure } from './theme';

/** One line of a chart: `y` against `x`, with an interval or a deviation around it if there is one. */
export interface Line {
  name: string;
  x: Numbers;
  y: Numbers;
  /** Half the height of the band around the line, in the unit of `y`. */
  spread?: Numbers;
  /** One text a point, shown when the pointer is on it; the value when left out. */
  hover?: string[];
  colour?: string;
}

export interface LineOptions {
  title: string;
  x: Axis;
  y: Axis;
  description?: string;
}

/** Returns the band of a line as a closed outline: there along the top, back along the bottom. */
function band(line: Line, colour: string): Data[] {
  if (line.spread === undefined) return [];
  const x = Array.from(line.x);
  const spread = Array.from(line.spread);
  const top = Array.from(line.y, (value, index) => value + spread[index]);
  const bottom = Array.from(line.y, (value, index) => value - spread[index]);
  return [
    {
      type: 'scatter',
      mode: 'lines',
      x: [...x, ...x.slice().reverse()],
      y: [...top, ...bottom.reverse()],
      fill: 'toself',
      fillcolor: colour,
      opacity: 0.2,
      line: { width: 0 },
      legendgroup: line.name,
      showlegend: false,
      hoverinfo: 'skip',
    },
  ];
}

/** Returns the traces of one line, its band first so that the line lies on top. */
export function lineTraces(line: Line, colour: string, axes: Partial<LineAxes> = {}): Data[] {
  requireEqualLengths(`x and y of the line ${line.name}`, line.x, line.y);
  const spread = line.spread === undefined ? '' : ' ± %{customdata}';
  const curve: Data = {
    type: 'scatter',
    mode: line.x.length > 60 ? 'lines' : 'lines+markers',
    name: line.name,
    legendgroup: line.name,
    x: Array.from(line.x),
    y: Array.from(line.y),
    line: { color: colour, width: 2 },
    marker: { color: colour, size: 5 },
    ...(line.spread === undefined ? {} : { customdata: Array.from(line.spread, short) }),
    ...(line.hover === undefined ? {} : { text: line.hover }),
    hovertemplate: line.hover === undefined ? `%{y}${spread}` : '%{text}<extra></extra>',
    ...axes,
  };
  return [...band(line, colour).map((outline) => ({ ...outline, ...axes })), curve];
}

/** The axes, of several charts in one figure, that a line belongs to. */
export interface LineAxes {
  xaxis: 'x' | 'x2';
  yaxis: 'y' | 'y2';
  showlegend: boolean;
}

/** Returns lines over a common axis; a line with `spread` gets a band around it. */
export function lineChart(lines: Line[], options: LineOptions): Figure {
  const ends = lines.map(
    ({ name, y }) => `${name} from ${short(y[0])} to ${short(y[y.length - 1])}`,
  );
  const data = lines.flatMap((line, index) =>
    lineTraces(line, line.colour ?? classColours[index % classColours.length]),
  );
  return figure(
    data,
    {
      title: options.title,
      description: options.description ?? `From left to right, ${ends.join('; ')}.`,
      height: 380,
    },
    {
      xaxis: plotAxis(options.x),
      yaxis: plotAxis(options.y),
      hovermode: 'x unified',
      showlegend: lines.length > 1,
    },
  );
}

/** What is known after one epoch; whoever trains may keep more beside it. */
export interface Epoch {
  epoch: number;
  loss: number;
  accuracy: number;
  validationLoss?: number;
  validationAccuracy?: number;
}

/** Returns the line of one measured value; epochs without it (not validated) are left out. */
function epochLine(history: readonly Epoch[], part: 'training' | 'validation', key: keyof Epoch) {
  const measured = history.filter((row) => row[key] !== undefined);
  return {
    name: part,
    x: measured.map((row) => row.epoch),
    y: measured.map((row) => row[key] as number),
    colour: colours[part],
  };
}

/** Returns the last and the best accuracy in words. */
function describeTraining(history: readonly Epoch[]): string {
  const last = history[history.length - 1];
  if (last === undefined) return 'No epoch yet.';
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
  const first = `After ${last.epoch} epochs the training accuracy is ${percent(last.accuracy)}`;
  const validated = history.filter((row) => row.validationAccuracy !== undefined);
  if (validated.length === 0) return `${first}.`;
  const best = validated.reduce((high, row) =>
    row.validationAccuracy! > high.validationAccuracy! ? row : high,
  );
  return `${first}, the best on validation ${percent(best.validationAccuracy!)} in epoch ${best.epoch}.`;
}

/** Returns accuracy above loss, each for training and validation, against the epoch. */
export function learningCurves(
  history: readonly Epoch[],
  { title = 'How the training went' }: { title?: string } = {},
): Figure {
  const above = { xaxis: 'x', yaxis: 'y', showlegend: true } as const;
  const below = { xaxis: 'x', yaxis: 'y2', showlegend: false } as const;
  const lines = [
    { line: epochLine(history, 'training', 'accuracy'), axes: above },
    { line: epochLine(history, 'validation', 'validationAccuracy'), axes: above },
    { line: epochLine(history, 'training', 'loss'), axes: below },
    { line: epochLine(history, 'validation', 'validationLoss'), axes: below },
  ].filter(({ line }) => line.x.length > 0);
  return figure(
    lines.flatMap(({ line, axes }) => lineTraces(line, line.colour, axes)),
    { title, description: describeTraining(history), height: 520 },
    {
      xaxis: { ...plotAxis({ title: 'epoch' }), anchor: 'y2' },
      yaxis: { ...plotAxis({ title: 'accuracy', format: '.0%' }), domain: [0.54, 1] },
      yaxis2: { ...plotAxis({ title: 'loss' }), domain: [0, 0.46] },
      hovermode: 'x unified',
    },
  );
}
