/**
 * The small curves of a running training, as SVG in the page. Not a plotly chart: JupyterLab's plotly
 * extension draws an output once and ignores later versions of it.
 */
import type { Epoch } from './plot-lines';
import { colours } from './theme';

const width = 340;
const height = 130;
const margin = { left: 46, right: 10, top: 24, bottom: 20 };

interface Range {
  low: number;
  high: number;
}

interface Point {
  x: number;
  y: number;
}

/** Returns the points of one value over the epochs that have it. */
function pointsOf(history: readonly Epoch[], key: keyof Epoch): Point[] {
  return history.flatMap((row) => {
    const y = row[key];
    return y !== undefined && Number.isFinite(y) ? [{ x: row.epoch, y }] : [];
  });
}

/** Returns the range of `values`, never empty: a single value lies in its middle. */
function rangeOf(values: number[]): Range {
  const low = Math.min(...values);
  const high = Math.max(...values);
  return low === high
    ? { low: low - 0.5 * Math.abs(low || 1), high: high * 1.5 || 1 }
    : { low, high };
}

/** Returns where a value lies between two pixels. */
function place(value: number, { low, high }: Range, from: number, to: number): string {
  return (from + ((value - low) / (high - low)) * (to - from)).toFixed(1);
}

/** Returns the line through `points`, ending in a dot where the training is now. */
function line(points: Point[], x: Range, y: Range, colour: string): string {
  if (points.length === 0) return '';
  const pixels = points.map(
    (point) =>
      `${place(point.x, x, margin.left, width - margin.right)},` +
      `${place(point.y, y, height - margin.bottom, margin.top)}`,
  );
  const [endX, endY] = pixels[pixels.length - 1].split(',');
  return (
    `<polyline points="${pixels.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>` +
    `<circle cx="${endX}" cy="${endY}" r="3" fill="${colour}"/>`
  );
}

/** One small chart: what it measures, its lines, and how its values are written. */
interface Panel {
  title: string;
  lines: { points: Point[]; colour: string }[];
  format: (value: number) => string;
}

/** Returns the values at the ends of the lines, in words. */
function panelWords({ title, lines, format }: Panel): string {
  const ends = lines.flatMap(({ points }) => points.slice(-1));
  return `${title}, now ${ends.map(({ y }) => format(y)).join(' and ')}`;
}

/** Returns one small chart as SVG: a title, two lines, and the ends of both axes. */
function panelSvg({ title, lines, format }: Panel): string {
  const all = lines.flatMap(({ points }) => points);
  const x = rangeOf(all.map((point) => point.x));
  const y = rangeOf(all.map((point) => point.y));
  const label = (text: string, left: number, top: number, anchor: string) =>
    `<text x="${left}" y="${top}" text-anchor="${anchor}">${text}</text>`;
  const bottom = height - margin.bottom;
  const right = width - margin.right;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" ` +
    `font-family="sans-serif" font-size="11" fill="${colours.text}" style="display:block">` +
    label(title, margin.left, 13, 'start') +
    label(format(y.high), margin.left - 6, margin.top + 4, 'end') +
    label(format(y.low), margin.left - 6, bottom + 4, 'end') +
    label(`epoch ${Number(x.low.toFixed(2))}`, margin.left, height - 5, 'start') +
    label(`${Number(x.high.toFixed(2))}`, right, height - 5, 'end') +
    `<path d="M${margin.left} ${margin.top}V${bottom}H${right}" fill="none" stroke="${colours.grid}"/>` +
    lines.map(({ points, colour }) => line(points, x, y, colour)).join('') +
    '</svg>'
  );
}

/**
 * Returns accuracy and loss so far, for training and validation, or nothing before the first row.
 * While they change they are part of the page, which does not flicker; the last version is a picture,
 * because JupyterLab takes drawings out of a notebook that it has not run itself.
 */
export function curvesHtml(history: readonly Epoch[], isLast: boolean): string {
  if (history.length === 0) return '';
  const pair = (training: keyof Epoch, validation: keyof Epoch) => [
    { points: pointsOf(history, training), colour: colours.training },
    { points: pointsOf(history, validation), colour: colours.validation },
  ];
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const panels: Panel[] = [
    { title: 'accuracy', lines: pair('accuracy', 'validationAccuracy'), format: percent },
    { title: 'loss', lines: pair('loss', 'validationLoss'), format: (loss) => loss.toFixed(3) },
  ];
  // A loss that is not a number draws nothing: its chart is left out until there is one.
  const filled = panels.filter(({ lines }) => lines.some(({ points }) => points.length > 0));
  const drawn = filled.map((panel) => {
    const svg = panelSvg(panel);
    const address = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
    const size = `width:${width}px;max-width:100%`;
    return isLast
      ? `<img src="${address}" alt="${panelWords(panel)}" style="${size}">`
      : `<div role="img" aria-label="${panelWords(panel)}" style="${size}">${svg}</div>`;
  });
  const key = (name: string, colour: string) => `<span style="color:${colour}">●</span> ${name}`;
  return (
    `<div style="display:flex;flex-wrap:wrap;gap:4px 16px;margin-top:6px">${drawn.join('')}</div>` +
    `<div>${key('training', colours.training)} &nbsp; ${key('validation', colours.validation)}</div>`
  );
}
