/** Charts of tables of numbers: confusion matrices and other heat maps. */
import type { Data, Layout } from 'plotly.js-dist-min';
import { short } from './plots';
import { sum } from './statistics';
import { type Figure, figure } from './theme';

/** Cells in the order of their rows; a cell that is null stays empty. */
type Cells = (number | null)[][];

/** The share of the largest value below which a cell only tints the page. */
const faintBelow = 0.1;

/** The share of the largest value from which a cell is dark enough for white numbers. */
const strongFrom = 0.75;

/**
 * Returns a scale for light and dark pages: small values let the page show through and leave its text
 * readable, larger ones cover it, so that the colour of the number in them can be fixed.
 */
function scaleOf(tint: string, pale: string, full: string): [number, string][] {
  return [
    [0, `rgba(${tint}, 0.03)`],
    [faintBelow, `rgba(${tint}, 0.2)`],
    [faintBelow, pale],
    [1, full],
  ];
}

const blues = scaleOf('37, 110, 178', '#b4d0ea', '#1f66b0');
const oranges = scaleOf('205, 82, 0', '#efc09d', '#c24a00');

/** Returns one layer of coloured cells; `texts` are shown when the pointer is on a cell. */
function layer(cells: Cells, texts: string[][], scale: [number, string][]): Data {
  const highest = Math.max(...cells.flat().map((cell) => cell ?? 0));
  return {
    type: 'heatmap',
    z: cells,
    customdata: texts,
    colorscale: scale,
    zmin: 0,
    zmax: highest || 1,
    showscale: false,
    xgap: 2,
    ygap: 2,
    hoverongaps: false,
    hovertemplate: '%{customdata}<extra></extra>',
  };
}

/** The colours of numbers by how full their cell is; none is the colour of the page's text. */
const textColours = { faint: undefined, pale: '#14171a', strong: '#ffffff' };

/** Returns the numbers in the cells; `strengths` are the cells as shares of the largest. */
function cellTexts(texts: string[][], strengths: number[][]): Data[] {
  const places = texts.flatMap((row, y) =>
    row.map((text, x) => ({ x, y, text, tone: toneOf(strengths[y][x]) })),
  );
  return (['faint', 'pale', 'strong'] as const).map((tone): Data => {
    const chosen = places.filter((place) => place.tone === tone);
    const color = textColours[tone];
    return {
      type: 'scatter',
      mode: 'text',
      x: chosen.map(({ x }) => x),
      y: chosen.map(({ y }) => y),
      text: chosen.map(({ text }) => text),
      textfont: { size: 11, ...(color === undefined ? {} : { color }) },
      hoverinfo: 'skip',
      showlegend: false,
    };
  });
}

function toneOf(strength: number): keyof typeof textColours {
  if (strength < faintBelow) return 'faint';
  return strength < strongFrom ? 'pale' : 'strong';
}

/** What the columns and the rows of a grid are. */
interface AxisTitles {
  columns: string;
  rows: string;
}

/** Returns the layout of a grid whose columns and rows have names, the first row on top. */
function gridLayout(
  columns: readonly string[],
  rows: readonly string[],
  titles?: AxisTitles,
): Partial<Layout> {
  const names = (values: readonly string[], title?: string) => ({
    ...(title === undefined ? {} : { title: { text: title } }),
    tickmode: 'array' as const,
    tickvals: values.map((_, index) => index),
    ticktext: [...values],
    showgrid: false,
  });
  return {
    xaxis: {
      ...names(columns, titles?.columns),
      side: 'bottom',
      tickangle: -45,
      range: [-0.5, columns.length - 0.5],
    },
    yaxis: { ...names(rows, titles?.rows), range: [rows.length - 0.5, -0.5] },
    showlegend: false,
  };
}

/**
 * Returns which classes are taken for which. Row: the true class, column: the predicted one. What is
 * right (the diagonal) is blue, what is wrong orange, each on its own scale: otherwise the few
 * mistakes could not be seen beside the many right answers.
 */
export function confusionMatrix(
  matrix: ArrayLike<number>[],
  classNames: readonly string[],
  { title = 'Which classes are taken for which' }: { title?: string } = {},
): Figure {
  const counts = matrix.map((row) => Array.from(row));
  const sums = counts.map(sum);
  const texts = counts.map((row, truth) =>
    row.map((count, predicted) => {
      const share = ((100 * count) / (sums[truth] || 1)).toFixed(1);
      const verb = truth === predicted ? 'recognised' : `taken for ${classNames[predicted]}`;
      return `${classNames[truth]} ${verb}: ${count.toLocaleString('en')} (${share} %)`;
    }),
  );
  const part = (keep: (truth: number, predicted: number, count: number) => boolean): Cells =>
    counts.map((row, truth) =>
      row.map((count, predicted) => (keep(truth, predicted, count) ? count : null)),
    );
  const right = part((truth, predicted) => truth === predicted);
  const wrong = part((truth, predicted, count) => truth !== predicted && count > 0);
  const worst = Math.max(...wrong.flat().map((count) => count ?? 0));
  const best = Math.max(...counts.map((row, truth) => row[truth]));
  const strengths = counts.map((row, truth) =>
    row.map((count, predicted) => count / ((truth === predicted ? best : worst) || 1)),
  );
  const labels = counts.map((row) => row.map((count) => (count === 0 ? '' : String(count))));
  return figure(
    [layer(right, texts, blues), layer(wrong, texts, oranges), ...cellTexts(labels, strengths)],
    { title, description: describeConfusion(counts, classNames), height: 520 },
    gridLayout(classNames, classNames, { columns: 'predicted class', rows: 'true class' }),
  );
}

/** Returns the accuracy and the most frequent mistake in words. */
function describeConfusion(counts: number[][], classNames: readonly string[]): string {
  const total = sum(counts.flat());
  const right = sum(counts.map((row, truth) => row[truth]));
  const share = ((100 * right) / (total || 1)).toFixed(1);
  const mistakes = counts.flatMap((row, truth) =>
    row.map((count, predicted) => ({ count: truth === predicted ? 0 : count, truth, predicted })),
  );
  const worst = mistakes.reduce((most, one) => (one.count > most.count ? one : most));
  const first = `${share} % of ${total.toLocaleString('en')} images are recognised.`;
  if (worst.count === 0) return first;
  const names = `${classNames[worst.truth]} taken for ${classNames[worst.predicted]}`;
  return `${first} The most frequent mistake: ${names}, ${worst.count} times.`;
}

/** Returns `.84` for 0.84: on a narrow screen a cell has no room for the zero. */
function twoDecimals(value: number): string {
  return value.toFixed(2).replace(/^(-?)0\./, '$1.');
}

export interface HeatmapOptions {
  title: string;
  columns: readonly string[];
  rows: readonly string[];
  /** What a cell measures, with its unit: the words of the hover text. */
  value: string;
  /** Left out where their names say it. */
  axes?: AxisTitles;
  /** The text of a cell; empty texts for pictures without numbers. */
  format?: (value: number) => string;
  description?: string;
}

/**
 * Returns a table of numbers as colours, from nothing to the largest value, with the numbers in it; a cell that is null
 * stays empty.
 */
export function heatmap(values: ArrayLike<number | null>[], options: HeatmapOptions): Figure {
  const { title, columns, rows, value, axes, format = twoDecimals } = options;
  const cells = values.map((row) => Array.from(row));
  const highest = Math.max(...cells.flat().map((cell) => cell ?? 0));
  const inWords = (cell: number) => `${format(cell) || short(cell)} ${value}`.trim();
  const texts = cells.map((row, y) =>
    row.map((cell, x) => (cell === null ? '' : `${rows[y]}, ${columns[x]}: ${inWords(cell)}`)),
  );
  const strengths = cells.map((row) => row.map((cell) => (cell ?? 0) / (highest || 1)));
  const labels = cells.map((row) => row.map((cell) => (cell === null ? '' : format(cell))));
  const words = `${rows.length} rows by ${columns.length} columns, at most ${inWords(highest)}.`;
  return figure(
    [layer(cells, texts, blues), ...cellTexts(labels, strengths)],
    { title, description: options.description ?? words, height: 160 + 36 * rows.length },
    gridLayout(columns, rows, axes),
  );
}
