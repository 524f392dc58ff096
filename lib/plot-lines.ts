/** Charts of lines: anything against anything, with bands around them. */
import type { Data, Layout, LayoutAxis } from 'plotly.js-dist-min';
import { canLabelEnds, endLabels, type LineEnd, labelMargin } from './plot-labels';
import { type Axis, axisText, type Numbers, plotAxis, requireEqualLengths, short } from './plots';
import { classSymbols, type Figure, figure, lineColours } from './theme';

const dashes = ['solid', 'dash', 'dot'] as const;
type Dash = (typeof dashes)[number];

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

/** Returns half the height of a band as plotly writes the value before it; a single value has none. */
function spreadText(half: number, axis: Axis): string {
  if (half === 0) return '';
  return ` ± ${axis.format?.endsWith('%') ? `${(100 * half).toFixed(2)}%` : short(half)}`;
}

/** What tells a line from the others of its chart. */
interface LineLook {
  colour: string;
  symbol?: (typeof classSymbols)[number];
  dash?: Dash;
}

/** Returns the traces of one line, its band first so that the line lies on top. */
export function lineTraces(
  line: Line,
  { colour, symbol = 'circle', dash = 'solid' }: LineLook,
  { axis = { title: '' }, ...axes }: Partial<LineAxes> & { axis?: Axis } = {},
): Data[] {
  requireEqualLengths(`x and y of the line ${line.name}`, line.x, line.y);
  const spread = line.spread === undefined ? '' : '%{customdata}';
  const curve: Data = {
    type: 'scatter',
    mode: line.x.length > 20 ? 'lines' : 'lines+markers',
    name: line.name,
    legendgroup: line.name,
    x: Array.from(line.x),
    y: Array.from(line.y),
    line: { color: colour, width: 2, dash },
    marker: { color: colour, symbol, size: symbol === 'circle' ? 5 : 7 },
    ...(line.spread === undefined
      ? {}
      : { customdata: Array.from(line.spread, (half) => spreadText(half, axis)) }),
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

/**
 * Returns the axis from left to right: no lines across the chart, and its name on top of hover texts. Its range
 * is that of the lines, because plotly would make room for the names at their ends too.
 */
export function horizontalAxis(axis: Axis, lines: readonly Line[]): Partial<LayoutAxis> {
  const position = positionOn(axis);
  const values = lines.flatMap(({ x }) => Array.from(x, position)).filter(Number.isFinite);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = 0.03 * (high - low) || 0.5;
  const isFree = values.length > 0 && axis.range === undefined;
  return {
    ...plotAxis(isFree ? { ...axis, range: [low - room, high + room] } : axis),
    ...(axis.logarithmic ? { tickvals: logarithmicTicks } : {}),
    showgrid: false,
    unifiedhovertitle: { text: `${axis.title}: %{x:${hoverFormat(axis)}}` },
  } as Partial<LayoutAxis>;
}

/** Returns the number format of a place on the axis that is pointed at: plotly would write all its digits. */
function hoverFormat({ format, logarithmic = false }: Axis): string {
  if (format?.endsWith('%')) return '.1%';
  return logarithmic ? '.3s' : ',.5~r';
}

/** 1, 2 and 5 of each power of ten from a millionth to a million million; plotly shows those in range. */
const logarithmicTicks = Array.from({ length: 19 }, (_, power) =>
  [1, 2, 5].map((digit) => Number(`${digit}e${power - 6}`)),
).flat();

/** Returns how plotly counts along an axis: a logarithmic one by the powers of ten. */
function positionOn({ logarithmic = false }: Axis): (value: number) => number {
  return logarithmic ? Math.log10 : (value) => value;
}

/** Returns the range of all values with their spreads, and a little room beyond both ends; 0 to 1 without any. */
export function rangeOf(lines: readonly Line[]): [number, number] {
  const ends = lines.flatMap(({ y, spread }) =>
    Array.from(y).flatMap((value, index) => {
      const half = spread?.[index] ?? 0;
      return [value - half, value + half].filter(Number.isFinite);
    }),
  );
  if (ends.length === 0) return [0, 1];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const room = 0.06 * (high - low || Math.abs(high) || 1);
  return [low - room, high + room];
}

/** Returns where a line ends. */
export function endOf({ name, x, y }: Line, colour: string): LineEnd {
  return { name, x: x[x.length - 1], y: y[y.length - 1], colour };
}

/** The room above and below the lines of a chart, in pixels. */
export const lineMargins = { t: 26, b: 44 };

/** Returns names at the ends of lines, where they are few, short and on a plain axis; else a legend. */
function namesLayout(lines: Line[], { x, y }: LineOptions, height: number): Partial<Layout> {
  const names = lines.map(({ name }) => name);
  if (!canLabelEnds(names) || y.logarithmic) return { showlegend: lines.length > 1 };
  const range = y.range ?? rangeOf(lines);
  return {
    showlegend: false,
    margin: { ...lineMargins, r: labelMargin(names) },
    yaxis: plotAxis({ ...y, range }),
    annotations: endLabels(
      lines.map((line, index) => {
        const end = endOf(line, lookOf(line, index).colour);
        return { ...end, x: positionOn(x)(end.x) };
      }),
      { range, pixels: height - lineMargins.t - lineMargins.b },
    ),
  };
}

/** Returns a colour and a mark of its own for each line, where the colours are used up a dash too. */
function lookOf({ colour }: Line, index: number): Required<LineLook> {
  const round = Math.floor(index / lineColours.length);
  return {
    colour: colour ?? lineColours[index % lineColours.length],
    symbol: classSymbols[index % classSymbols.length],
    dash: dashes[round % dashes.length],
  };
}

/**
 * Returns lines over a common axis; a line with `spread` gets a band around it. Up to five short names stand at
 * the ends of their lines.
 */
export function lineChart(lines: Line[], options: LineOptions): Figure {
  const height = 380;
  const ends = lines.map(({ name, y }) => {
    const [first, last] = [y[0], y[y.length - 1]].map((value) => axisText(value, options.y));
    return `${name} from ${first} to ${last}`;
  });
  return figure(
    lines.flatMap((line, index) => lineTraces(line, lookOf(line, index), { axis: options.y })),
    {
      title: options.title,
      description: options.description ?? `From left to right, ${ends.join('; ')}.`,
      height,
    },
    {
      xaxis: horizontalAxis(options.x, lines),
      yaxis: plotAxis(options.y),
      hovermode: 'x unified',
      ...namesLayout(lines, options, height),
    },
  );
}
