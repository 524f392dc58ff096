/** Tables for reading: a danfo frame, or plain rows, as HTML without script and as plain text. */
import { escapeHtml, textHtml } from './html';

/** What a table is made from: a danfo `DataFrame` is one, and so is this object written by hand. */
export interface TableData {
  columns: string[];
  values: unknown;
}

/** A row by the names of its columns. */
export type Row = Record<string, unknown>;

export interface TableOptions {
  /** What the table shows; a limit that hides something is said behind it. */
  caption?: string;
  /** The most rows shown. */
  rows?: number;
  /** The most columns shown. */
  columns?: number;
  /** Columns of shares, 0 to 1, that are shown in percent. */
  percent?: readonly string[];
  /** Decimals by column; otherwise three digits of the largest value, at most four decimals. */
  digits?: Record<string, number>;
}

/** A table ready to be drawn: texts, and which columns hold numbers. */
interface Prepared {
  names: string[];
  numeric: boolean[];
  texts: string[][];
  caption: string;
}

/** Returns columns and rows of a frame or of plain rows; rows may lack keys that others have. */
function readTable(table: TableData | readonly Row[]): { names: string[]; rows: unknown[][] } {
  if ('columns' in table) return { names: table.columns, rows: table.values as unknown[][] };
  const names = [...new Set(table.flatMap((row) => Object.keys(row)))];
  return { names, rows: table.map((row) => names.map((name) => row[name])) };
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || Number.isNaN(value);
}

/** Returns how many decimals show three digits of the largest of `numbers`. */
function decimalsFor(numbers: number[]): number {
  if (numbers.every(Number.isInteger)) return 0;
  const largest = numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return Math.min(4, Math.max(0, 2 - Math.floor(Math.log10(largest))));
}

/** Returns a value that is no number as a text: what is true or false as an answer. */
function wordOf(value: unknown): string {
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
}

/** Returns a number with so many decimals; of one that would become 0, on which side of it it is. */
function written(number: number, decimals: number): string {
  const style = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  const least = 10 ** -decimals;
  if (number === 0 || Math.abs(number) >= least / 2) return number.toLocaleString('en', style);
  return `${number > 0 ? '< ' : '> −'}${least.toLocaleString('en', style)}`;
}

/** Returns the function that writes the values of one column, and whether they are numbers. */
function columnFormat(name: string, values: unknown[], { percent, digits }: TableOptions) {
  const present = values.filter((value) => !isMissing(value));
  const numeric = present.length > 0 && present.every((value) => typeof value === 'number');
  if (!numeric) return { numeric, format: wordOf };
  const isShare = percent?.includes(name) ?? false;
  const factor = isShare ? 100 : 1;
  const numbers = (present as number[]).map((value) => value * factor);
  const decimals = digits?.[name] ?? (isShare ? 2 : decimalsFor(numbers.filter(Number.isFinite)));
  // Numbers too small for the decimals keep three digits instead of becoming 0.
  const isTiny = decimals === 4 && numbers.every((value) => Math.abs(value) < 0.001);
  const format = (value: unknown) => {
    const number = (value as number) * factor;
    const text = (isTiny ? number.toPrecision(3) : written(number, decimals)).replace(/^-/, '−');
    return isShare ? `${text} %` : text;
  };
  return { numeric, format };
}

/** Returns the caption, and behind it what the limits hide. */
function fullCaption(caption: string, shown: [number, number], all: [number, number]): string {
  const hidden = [
    shown[0] < all[0] ? `${shown[0]} of ${all[0].toLocaleString('en')} rows` : '',
    shown[1] < all[1] ? `${shown[1]} of ${all[1].toLocaleString('en')} columns` : '',
  ].filter((words) => words);
  if (hidden.length === 0) return caption;
  return `${caption}${caption && ' '}(${hidden.join(' and ')} shown)`;
}

/** Returns the texts of a table within its limits. */
function prepare(table: TableData | readonly Row[], options: TableOptions): Prepared {
  const { caption = '', rows: rowLimit = 30, columns: columnLimit = 16 } = options;
  const { names, rows } = readTable(table);
  const shownNames = names.slice(0, columnLimit);
  const shownRows = rows.slice(0, rowLimit);
  const formats = shownNames.map((name, column) =>
    columnFormat(
      name,
      shownRows.map((row) => row[column]),
      options,
    ),
  );
  return {
    names: shownNames,
    numeric: formats.map(({ numeric }) => numeric),
    texts: shownRows.map((row) =>
      formats.map(({ format }, column) => (isMissing(row[column]) ? '–' : format(row[column]))),
    ),
    caption: fullCaption(
      caption,
      [shownRows.length, shownNames.length],
      [rows.length, names.length],
    ),
  };
}

/** Returns the table as HTML: escaped, numbers to the right, wide ones scroll inside their box. */
export function tableHtml(table: TableData | readonly Row[], options: TableOptions = {}): string {
  const { names, numeric, texts, caption } = prepare(table, options);
  const look = (column: number) => {
    const isShort = texts.every((row) => row[column].length <= 16);
    // On a narrow screen long texts get room to wrap in, and the table scrolls.
    return (
      `text-align:${numeric[column] ? 'right' : 'left'};padding:3px 10px;` +
      `font-variant-numeric:tabular-nums;${isShort ? 'white-space:nowrap' : 'min-width:9em'}`
    );
  };
  const header = names
    .map(
      (name, column) =>
        `<th scope="col" style="${look(column)};white-space:normal">${escapeHtml(name)}</th>`,
    )
    .join('');
  const body = texts
    .map((row) => {
      const cells = row.map((text, column) => `<td style="${look(column)}">${textHtml(text)}</td>`);
      return `<tr>${cells.join('')}</tr>`;
    })
    .join('\n');
  const title = caption
    ? `<caption style="text-align:left;padding:3px 10px">${escapeHtml(caption)}</caption>`
    : '';
  return (
    '<div class="table" style="overflow-x:auto"><table style="margin:0;border-collapse:collapse">' +
    `${title}<thead><tr>${header}</tr></thead>\n<tbody>\n${body}\n</tbody></table></div>`
  );
}

/** Returns the table as plain text in aligned columns. */
export function tableText(table: TableData | readonly Row[], options: TableOptions = {}): string {
  const { names, numeric, texts, caption } = prepare(table, options);
  const widths = names.map((name, column) =>
    Math.max(name.length, ...texts.map((row) => row[column].length)),
  );
  const line = (cells: string[]) =>
    cells
      .map((cell, column) =>
        numeric[column] ? cell.padStart(widths[column]) : cell.padEnd(widths[column]),
      )
      .join('  ')
      .trimEnd();
  const lines = [line(names), line(widths.map((width) => '-'.repeat(width))), ...texts.map(line)];
  return (caption ? [caption, ...lines] : lines).join('\n');
}
