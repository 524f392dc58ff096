/**
 * Everything a notebook shows: charts, tables, pictures, progress, results. The only file that speaks
 * to tslab. Outside a notebook the same calls write plain text to the terminal.
 */
import { randomBytes } from 'node:crypto';
import { escapeHtml, headingHtml } from './html';
import { mimeTypes } from './notebook';
import {
  type GridOptions,
  imageGrid,
  type Picture,
  pictureHtml,
  rowsHtml,
  sideOf,
  tilesHtml,
} from './pictures';
import { type Result, resultText } from './result';
import { type Row, type TableData, type TableOptions, tableHtml, tableText } from './tables';
import { description, type Figure, figureText } from './theme';

/** The forms of one output by MIME type; the page picks the richest that it knows. */
type Forms = { 'text/plain': string } & Record<string, unknown>;

/** Tells whether this runs in a notebook's kernel: tslab leaves this name in the global scope. */
export function inNotebook(): boolean {
  return '__tslab__' in globalThis;
}

/** Sends one output, or the new version of the output called `name`. */
function send(data: Forms, name?: string, isUpdate = false) {
  if (!inNotebook()) {
    console.log(data['text/plain']);
    return;
  }
  // Loaded here, not above: outside a kernel it would start a messaging library for nothing.
  // tslab's public display sends one form an output only, therefore its inner function.
  const { lastWriteDisplayData } = require('tslab/dist/jupyter') as {
    lastWriteDisplayData: (output: object, isUpdate: boolean) => void;
  };
  const transient = name === undefined ? {} : { display_id: name };
  lastWriteDisplayData({ data, metadata: {}, transient }, isUpdate);
}

/** Shows a chart, below its title and what there is to see in words. */
export function showPlot(shown: Figure) {
  send({ 'text/html': headingHtml(figureText(shown)), 'text/plain': description(shown) });
  // Outside a notebook the words are all that can be shown of it.
  if (inNotebook()) {
    send({ [mimeTypes.plotly]: shown, 'text/plain': `Chart: ${figureText(shown).title}` });
  }
}

/** Shows a danfo frame, or rows, as a table. */
export function showTable(table: TableData | readonly Row[], options: TableOptions = {}) {
  send({ 'text/html': tableHtml(table, options), 'text/plain': tableText(table, options) });
}

export interface ImagesOptions extends GridOptions {
  /** What the images show, for those who do not see them. */
  alt: string;
  /** One text an image, shown below it; a line break in it starts a new line. */
  captions?: readonly string[];
  /** One text a row of `columns` images, shown above it. */
  rowNames?: readonly string[];
}

/** Returns the HTML of images that each have a text. */
async function captioned(images: readonly Picture[], captions: readonly string[], scale: number) {
  const tiles = await Promise.all(
    images.map(async (image, index) => ({
      png: await imageGrid([image], { scale: 1 }),
      alt: captions[index] ?? '',
    })),
  );
  return tilesHtml(tiles, Math.max(84, scale * sideOf(images[0])));
}

/** Returns the HTML of rows of images that each have a name. */
async function named(images: readonly Picture[], names: readonly string[], options: GridOptions) {
  const { columns = 10 } = options;
  const rows = names.map(async (name, row) => ({
    name,
    alt: name,
    png: await imageGrid(images.slice(row * columns, (row + 1) * columns), options),
  }));
  // A pixel of the screen for each of an image is the least that can be recognised.
  const side = sideOf(images[0]);
  return rowsHtml(await Promise.all(rows), Math.min(columns, images.length) * side);
}

/** Shows images: in one grid, in rows with names, or each with a text of its own; of none it says so. */
export async function showImages(images: readonly Picture[], options: ImagesOptions) {
  const { alt, captions, rowNames, scale = 3 } = options;
  if (captions !== undefined && captions.length !== images.length) {
    throw new Error(`${images.length} images have ${captions.length} captions: give each its own.`);
  }
  if (images.length === 0) {
    showMarkdown(`${alt}: none.`);
    return;
  }
  let html: string;
  if (captions !== undefined) html = await captioned(images, captions, scale);
  else if (rowNames !== undefined) html = await named(images, rowNames, { ...options, scale });
  else html = pictureHtml({ png: await imageGrid(images, { ...options, scale }), alt });
  send({ 'text/html': html, 'text/plain': alt });
}

/** Shows text with the marks of Markdown. */
export function showMarkdown(text: string) {
  send({ 'text/markdown': text, 'text/plain': text });
}

/** Shows the sentence that the notebook comes down to; the page of all reports repeats it. */
export function showHeadline(text: string) {
  send({
    [mimeTypes.headline]: { text },
    'text/html': `<p class="headline" style="font-size:1.2em"><strong>${escapeHtml(text)}</strong></p>`,
    'text/plain': text,
  });
}

/** Shows the accuracy on the test images; `npm run report` ends with the same line. */
export function showResult(result: Result) {
  const text = resultText(result);
  send({
    [mimeTypes.result]: result,
    'text/html': `<p class="headline" style="font-size:1.2em"><strong>${escapeHtml(text)}</strong></p>`,
    'text/plain': text,
  });
}

/** Returns a place in the notebook whose content can be replaced; empty until the first `show`. */
export function replaceable(): { show: (html: string, text: string) => void } {
  const name = randomBytes(8).toString('hex');
  let isShown = false;
  return {
    show(html, text) {
      send({ 'text/html': html, 'text/plain': text }, name, isShown);
      isShown = true;
    },
  };
}
