/** An executed notebook as a file, and what can be read from it. */
import { readFileSync } from 'node:fs';
import type { Result } from './result';
import type { Figure } from './theme';

/** The MIME types that outputs use beside the common ones. */
export const mimeTypes = {
  plotly: 'application/vnd.plotly.v1+json',
  result: 'application/vnd.fashion-mnist.result+json',
  headline: 'application/vnd.fashion-mnist.headline+json',
} as const;

export interface Output {
  output_type: 'stream' | 'display_data' | 'execute_result' | 'error';
  /** Of a stream: `stdout` or `stderr`. */
  name?: string;
  text?: string;
  /** The forms of a displayed output by MIME type. */
  data?: Record<string, unknown>;
}

export interface Cell {
  cell_type: 'code' | 'markdown' | 'raw';
  source: string;
  /** `tags` are set in JupyterLab, under Property Inspector. */
  metadata?: { tags?: string[] };
  execution_count?: number | null;
  outputs?: Output[];
}

export interface Notebook {
  cells: Cell[];
  metadata: Record<string, unknown>;
}

/** What stands for a notebook on the page of all reports. */
export type NotebookPicture = { kind: 'html'; html: string } | { kind: 'chart'; chart: Figure };

/** Returns a text that the file may hold as a list of its lines; anything else as it is. */
function joined<Value>(value: Value): Value | string {
  const isLines = Array.isArray(value) && value.every((line) => typeof line === 'string');
  return isLines ? value.join('') : value;
}

function readOutput(output: Output): Output {
  const forms = Object.entries(output.data ?? {}).map(([type, form]) => [type, joined(form)]);
  return {
    ...output,
    ...(output.text === undefined ? {} : { text: joined(output.text) }),
    ...(output.data === undefined ? {} : { data: Object.fromEntries(forms) }),
  };
}

/** Returns the notebook in a file, its texts in one piece each. */
export function readNotebook(path: string): Notebook {
  const notebook = JSON.parse(readFileSync(path, 'utf8')) as Notebook;
  const cells = notebook.cells.map((cell) => ({
    ...cell,
    source: joined(cell.source),
    ...(cell.outputs === undefined ? {} : { outputs: cell.outputs.map(readOutput) }),
  }));
  return { ...notebook, cells };
}

/** Returns the cells with code, in order. */
export function codeCells(notebook: Notebook): Cell[] {
  return notebook.cells.filter((cell) => cell.cell_type === 'code');
}

function outputsOf(notebook: Notebook): Output[] {
  return codeCells(notebook).flatMap((cell) => cell.outputs ?? []);
}

/** Returns the first output of a MIME type. */
function firstForm(notebook: Notebook, mimeType: string): unknown {
  return outputsOf(notebook).find((output) => output.data?.[mimeType])?.data?.[mimeType];
}

/** Numbers the code cells from 1: tslab sends no numbers of its own. */
export function numberCells(notebook: Notebook) {
  codeCells(notebook).forEach((cell, index) => {
    cell.execution_count = index + 1;
  });
}

/** Tells whether a chart has nothing to draw: no trace, or none with a value. */
function isEmptyChart(chart: Partial<Figure>): boolean {
  const rows = (chart.data ?? []).flatMap((trace) => {
    const { x, y, z, values, dimensions } = trace as Record<string, unknown>;
    return [z ?? values ?? dimensions ?? y ?? x];
  });
  return !rows.some((row) => Array.isArray(row) && row.flat().some((value) => value !== null));
}

/** How the kernel prints an error that no cell is waiting for: kernel/start.cjs. */
const lateError = /^(Outside of any cell|In a promise not awaited):/m;

/** Returns what is wrong with one output, or nothing. */
function problemOf(output: Output): string | undefined {
  const chart = output.data?.[mimeTypes.plotly] as Partial<Figure> | undefined;
  if (chart !== undefined && isEmptyChart(chart)) return 'a chart is empty';
  if (output.output_type === 'error') return 'an error';
  // An error in a timer or in a promise that nobody awaits is printed, and the cell counts as done.
  const { text = '' } = output;
  if (output.name === 'stderr' && (lateError.test(text) || /^\s+at .+:\d+:\d+\)?$/m.test(text))) {
    return `an error that did not stop the cell:\n${text}`;
  }
  return undefined;
}

/** Returns, one text each, what a reader of an executed notebook should never see. */
export function problemsOf(notebook: Notebook): string[] {
  return codeCells(notebook).flatMap((cell, index) =>
    (cell.outputs ?? []).flatMap((output) => {
      const problem = problemOf(output);
      return problem === undefined ? [] : [`cell ${index + 1}: ${problem}`];
    }),
  );
}

/** Returns the heading of the first Markdown cell that has one, or `otherwise`. */
export function titleOf(notebook: Notebook, otherwise: string): string {
  const headings = notebook.cells
    .filter((cell) => cell.cell_type === 'markdown')
    .flatMap((cell) => cell.source.match(/^# (.+)$/m) ?? []);
  return headings[1] ?? otherwise;
}

/** Returns the sentence of `showHeadline`, or nothing. */
export function headlineOf(notebook: Notebook): string {
  return (firstForm(notebook, mimeTypes.headline) as { text: string } | undefined)?.text ?? '';
}

/** Returns the result of `showResult`, if the notebook has one. */
export function resultOf(notebook: Notebook): Result | undefined {
  return firstForm(notebook, mimeTypes.result) as Result | undefined;
}

/** Returns the first picture or chart among `outputs`. */
function firstPicture(outputs: readonly Output[]): NotebookPicture | undefined {
  for (const { data } of outputs) {
    if (data?.[mimeTypes.plotly]) return { kind: 'chart', chart: data[mimeTypes.plotly] as Figure };
    const html = String(data?.['text/html'] ?? '');
    if (html.includes('<img')) return { kind: 'html', html };
  }
  return undefined;
}

/** Returns what stands for a notebook: the picture or chart of the cell tagged `picture`, or else the first. */
export function pictureOf(notebook: Notebook): NotebookPicture | undefined {
  const tagged = codeCells(notebook).filter(({ metadata }) => metadata?.tags?.includes('picture'));
  return (
    firstPicture(tagged.flatMap(({ outputs }) => outputs ?? [])) ??
    firstPicture(outputsOf(notebook))
  );
}
