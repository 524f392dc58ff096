/** Charts: pure functions from numbers to plotly figures. `showPlot` of lib/display.ts shows one. */
import type { Data, LayoutAxis } from 'plotly.js-dist-min';
import type { Picture } from './pictures';
import { classColours, classSymbols, colours, type Figure, figure } from './theme';
import { hoverThumbnails } from './thumbnails';

/** Numbers in a row: a plain or a typed array. */
export type Numbers = ArrayLike<number>;

/** What an axis measures, with its unit; `format` is a number format of d3, such as `.0%`. */
export interface Axis {
  title: string;
  format?: string;
  range?: [number, number];
  logarithmic?: boolean;
  /** From one number on the axis to the next: 1 for what is counted in a few whole numbers. */
  step?: number;
}

/** Returns the plotly axis of `axis`. */
export function plotAxis(axis: Axis): Partial<LayoutAxis> {
  const { title, format, range, logarithmic = false, step } = axis;
  return {
    title: { text: title },
    ...(format === undefined ? {} : { tickformat: format }),
    // Pointed at, a share shows two decimals, however few its axis needs.
    ...(format?.endsWith('%') ? { hoverformat: '.2%' } : {}),
    ...(range === undefined ? {} : { range }),
    ...(logarithmic ? { type: 'log', dtick: 1 } : {}),
    ...(step === undefined ? {} : { dtick: step }),
  };
}

/** Returns where the smallest and the largest of `values` are; throws if there are none. */
function extremes(values: Numbers): { lowest: number; highest: number } {
  if (values.length === 0) throw new Error('A chart needs at least one value, but there is none.');
  let lowest = 0;
  let highest = 0;
  for (let index = 1; index < values.length; index++) {
    if (values[index] < values[lowest]) lowest = index;
    if (values[index] > values[highest]) highest = index;
  }
  return { lowest, highest };
}

/** Returns `value` short and readable: whole numbers with thousands, others with three digits. */
export function short(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString('en');
  return String(Number(value.toPrecision(3)));
}

/** Returns `value` as its axis would write it: in percent where its format says so. */
export function axisText(value: number, { format }: Axis): string {
  const percent = /^\.(\d)%$/.exec(format ?? '');
  return percent === null ? short(value) : `${(100 * value).toFixed(Number(percent[1]))} %`;
}

/** Throws unless two rows of numbers, or of names, are equally long. */
export function requireEqualLengths(
  what: string,
  first: ArrayLike<unknown>,
  second: ArrayLike<unknown>,
) {
  if (first.length !== second.length) {
    throw new Error(`${what}: ${first.length} and ${second.length}, but they belong in pairs.`);
  }
}

export interface BarOptions {
  title: string;
  value: Axis;
  /** One text a bar, shown when the pointer is on it; `names: value` when left out. */
  hover?: string[];
  /** One colour a bar; all alike when left out. */
  barColours?: string[];
  description?: string;
}

/** Returns horizontal bars, one a name, the first on top: names stay readable on narrow screens. */
export function barChart(names: string[], values: Numbers, options: BarOptions): Figure {
  requireEqualLengths('Names and values of a bar chart', names, values);
  const { title, value, hover, barColours } = options;
  const { lowest, highest } = extremes(values);
  const ends = [lowest, highest].map(
    (index) => `${names[index]} with ${axisText(values[index], value)}`,
  );
  const isLevel = values[lowest] === values[highest];
  const range = isLevel ? `all ${axisText(values[lowest], value)}` : `from ${ends.join(' to ')}`;
  const words = `${names.length} bars, ${range}.`;
  const bars: Data = {
    type: 'bar',
    orientation: 'h',
    x: Array.from(values),
    y: names,
    marker: { color: barColours ?? colours.training },
    hovertemplate: hover
      ? '%{customdata}<extra></extra>'
      : `%{y}: %{x:${value.format ?? ','}} ${value.title}<extra></extra>`,
    ...(hover ? { customdata: hover } : {}),
  };
  return figure(
    [bars],
    { title, description: options.description ?? words, height: 86 + 26 * names.length },
    { xaxis: plotAxis(value), yaxis: { autorange: 'reversed', showgrid: false }, bargap: 0.25 },
  );
}

export interface HistogramOptions {
  title: string;
  value: Axis;
  /** The number of equally wide bins between the smallest and the largest value. */
  bins?: number;
  /** Counts as powers of ten: for values of which one is far more frequent than all others. */
  logarithmic?: boolean;
  description?: string;
}

/** Returns how often values fall into each of equally wide bins; only the counts are kept. */
export function histogram(values: Numbers, options: HistogramOptions): Figure {
  const { title, value, bins = 50, logarithmic = false } = options;
  const { lowest, highest } = extremes(values);
  const low = values[lowest];
  const high = values[highest];
  const width = (high - low) / bins || 1;
  const counts = new Array<number>(bins).fill(0);
  for (let index = 0; index < values.length; index++) {
    counts[Math.min(bins - 1, Math.floor((values[index] - low) / width))] += 1;
  }
  const total = values.length.toLocaleString('en');
  const words = `${total} values from ${short(low)} to ${short(high)} in ${bins} bins.`;
  const bars: Data = {
    type: 'bar',
    x: counts.map((_, bin) => low + (bin + 0.5) * width),
    y: counts,
    customdata: counts.map((_, bin) => [short(low + bin * width), short(low + (bin + 1) * width)]),
    marker: { color: colours.training },
    hovertemplate: `${value.title}<br>%{customdata[0]} to %{customdata[1]}: %{y:,} times<extra></extra>`,
  };
  return figure(
    [bars],
    { title, description: options.description ?? words },
    {
      xaxis: { ...plotAxis(value), showgrid: false },
      yaxis: plotAxis({ title: 'how often', logarithmic }),
      bargap: 0.04,
    },
  );
}

/** Points of a plane, each of a class. */
export interface Points {
  x: Numbers;
  y: Numbers;
  /** The class of each point, an index into `classNames`. */
  labels: Numbers;
  /** One text a point, shown when the pointer is on it. */
  hover?: string[];
  /** One image a point, shown below its text. */
  images?: readonly Picture[];
}

export interface ScatterOptions {
  title: string;
  classNames: readonly string[];
  x: Axis;
  y: Axis;
  description?: string;
}

/** Returns one colour and one mark a class; a click on a name hides the class. */
export function scatter(points: Points, options: ScatterOptions): Figure {
  requireEqualLengths('x and labels of a scatter chart', points.x, points.labels);
  const { title, classNames, x, y } = options;
  const { hover, images } = points;
  const data = classNames.map((name, label): Data => {
    const members = Array.from(points.labels, (one, index) => (one === label ? index : -1)).filter(
      (index) => index >= 0,
    );
    return {
      type: 'scatter',
      mode: 'markers',
      name,
      x: members.map((index) => points.x[index]),
      y: members.map((index) => points.y[index]),
      marker: {
        color: classColours[label % classColours.length],
        symbol: classSymbols[label % classSymbols.length],
        size: 6,
        opacity: 0.8,
        // The palest and the darkest colours need an edge to be seen on white and on black.
        line: { width: 0.5, color: colours.text },
      },
      hovertemplate: '%{text}<extra></extra>',
      text: members.map((index) => hover?.[index] ?? name),
      ...(images && members.length > 0
        ? hoverThumbnails(members.map((index) => images[index]))
        : {}),
    };
  });
  const words = `${points.x.length.toLocaleString('en')} points of ${classNames.length} classes.`;
  return figure(
    data,
    { title, description: options.description ?? words, height: 560 },
    {
      xaxis: plotAxis(x),
      yaxis: plotAxis(y),
      hovermode: 'closest',
      dragmode: 'pan',
      // A legend's marks are drawn larger than the points, or their shapes could not be told apart.
      legend: { itemsizing: 'constant' },
    },
  );
}
