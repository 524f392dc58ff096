/**
 * The small curves of a running training. Not a plotly chart: JupyterLab's plotly extension draws an output
 * once and ignores later versions of it. Only the lines are a drawing; all words are text of the page, in
 * its font and colours.
 */
import { colours } from './theme';

/** What was measured when so many epochs were done; accuracies are shares. */
export interface CurvePoint {
  epoch: number;
  loss: number;
  accuracy: number;
  validationLoss?: number;
  validationAccuracy?: number;
}

/** The curves of a training. */
export interface Curves {
  /** Points of the training lines, also between two epochs. */
  training: readonly CurvePoint[];
  /** The epochs that are done: the points of the validation lines. */
  validation: readonly CurvePoint[];
  /** How many epochs the training has. */
  epochs: number;
}

interface Range {
  low: number;
  high: number;
}

interface Point {
  x: number;
  y: number;
}

/** One line of a small chart. */
interface Line {
  name: 'training' | 'validation';
  points: Point[];
}

/** One small chart: what it measures, its lines, and how its values are written. */
interface Panel {
  title: string;
  lines: Line[];
  epochs: number;
  /** The largest value there can be. */
  most: number;
  format: (value: number) => string;
}

/** The size of a drawing in its own units; the page stretches it. */
const size = { width: 300, height: 100 };

/** The share of a training whose steep start may be cut off, so that what follows can be seen. */
const steepStart = 0.1;

function pointsOf(rows: readonly CurvePoint[], key: keyof CurvePoint): Point[] {
  return rows.flatMap((row) => {
    const y = row[key];
    return y !== undefined && Number.isFinite(y) ? [{ x: row.epoch, y }] : [];
  });
}

/** Returns the range of the values after the steep start, never empty: a single value lies in its middle. */
function rangeOf({ lines, epochs, most }: Panel): Range {
  const all = lines.flatMap(({ points }) => points);
  const later = all.filter(({ x }) => x >= steepStart * epochs);
  const values = (later.length > 1 ? later : all).map(({ y }) => y);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (low === high) return { low: low - 0.1 * Math.abs(low || 1), high: high + 0.1 * (high || 1) };
  const room = 0.05 * (high - low);
  return { low: low - room, high: Math.min(most, high + room) };
}

/** Returns the line through `points`, ending in a dot where the training is now. */
function lineSvg({ name, points }: Line, epochs: number, { low, high }: Range): string {
  if (points.length === 0) return '';
  const places = points.map(
    ({ x, y }) =>
      `${((x / epochs) * size.width).toFixed(1)},` +
      `${(((high - y) / (high - low)) * size.height).toFixed(1)}`,
  );
  const look = `fill="none" stroke="${colours[name]}" stroke-linecap="round" stroke-linejoin="round"`;
  const end = places[places.length - 1];
  // Strokes keep their width however the drawing is stretched; a line of no length is a round dot.
  return (
    `<polyline points="${places.join(' ')}" ${look} stroke-width="2" vector-effect="non-scaling-stroke"/>` +
    `<polyline points="${end} ${end}" ${look} stroke-width="7" vector-effect="non-scaling-stroke"/>`
  );
}

/** Returns the lines above a grid, without words. */
function drawing({ lines, epochs }: Panel, range: Range): string {
  const { width, height } = size;
  const grid = [0, height / 2, height].map((y) => `M0 ${y}H${width}`).join('');
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" ` +
    `preserveAspectRatio="none" style="display:block;width:100%;height:${height}px">` +
    `<path d="${grid}" stroke="${colours.grid}" vector-effect="non-scaling-stroke"/>` +
    `${lines.map((line) => lineSvg(line, epochs, range)).join('')}</svg>`
  );
}

/** Returns a drawing as it is, or as a picture: JupyterLab takes drawings out of notebooks it did not run. */
function shown(svg: string, alt: string, isLast: boolean): string {
  if (!isLast) return `<div role="img" aria-label="${alt}">${svg}</div>`;
  const address = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
  return `<img src="${address}" alt="${alt}" style="display:block;width:100%;max-width:none;height:${size.height}px">`;
}

/** Returns the name and the latest value of a line, beside a dot in its colour. */
function key({ name, points }: Line, format: Panel['format']): string {
  const last = points[points.length - 1];
  if (last === undefined) return '';
  return (
    `<span style="white-space:nowrap"><span style="color:${colours[name]}">●</span> ` +
    `${name} <b>${format(last.y)}</b></span>`
  );
}

/** Returns texts spread over a row, or from top to bottom over a column. */
function ticks(texts: readonly string[], direction: 'row' | 'column'): string {
  const look = direction === 'column' ? 'flex-direction:column;align-items:flex-end;' : '';
  return (
    `<div style="display:flex;${look}justify-content:space-between;font-size:0.8em;line-height:1;` +
    `opacity:0.8">${texts.map((text) => `<span>${text}</span>`).join('')}</div>`
  );
}

/** Returns one small chart: its name, its lines with their latest values, and the ends of both axes. */
function panelHtml(panel: Panel, isLast: boolean): string {
  const { title, lines, format, epochs } = panel;
  const { low, high } = rangeOf(panel);
  const ends = lines.flatMap(({ name, points }) =>
    points.slice(-1).map(({ y }) => `${name} ${format(y)}`),
  );
  const svg = drawing(panel, { low, high });
  return (
    '<div style="flex:1 1 16em;min-width:0">' +
    '<div style="display:flex;flex-wrap:wrap;gap:0 1em;margin-bottom:4px">' +
    `<span>${title}</span>${lines.map((line) => key(line, format)).join('')}</div>` +
    '<div style="display:grid;grid-template-columns:auto minmax(0,1fr);gap:4px 6px">' +
    ticks([high, (low + high) / 2, low].map(format), 'column') +
    shown(svg, `${title}: ${ends.join(', ')}`, isLast) +
    `<span></span>${ticks(['0', 'epochs', String(epochs)], 'row')}</div></div>`
  );
}

/**
 * Returns accuracy and loss so far, for training and validation, or nothing before the first point. While they
 * change they are part of the page, which does not flicker; the last version is a picture.
 */
export function curvesHtml({ training, validation, epochs }: Curves, isLast: boolean): string {
  const panel = (title: 'accuracy' | 'loss', format: Panel['format']): Panel => ({
    title,
    lines: [
      { name: 'training', points: pointsOf(training, title) },
      {
        name: 'validation',
        points: pointsOf(validation, title === 'loss' ? 'validationLoss' : 'validationAccuracy'),
      },
    ],
    epochs,
    most: title === 'accuracy' ? 1 : Number.POSITIVE_INFINITY,
    format,
  });
  const panels = [
    panel('accuracy', (share) => `${(100 * share).toFixed(1)} %`),
    panel('loss', (loss) => loss.toFixed(3)),
  ];
  // A loss that is not a number draws nothing: its chart is left out until there is one.
  const filled = panels.filter(({ lines }) => lines.some(({ points }) => points.length > 0));
  if (filled.length === 0) return '';
  return (
    '<div style="display:flex;flex-wrap:wrap;gap:12px 32px;margin-top:10px">' +
    `${filled.map((each) => panelHtml(each, isLast)).join('')}</div>`
  );
}
