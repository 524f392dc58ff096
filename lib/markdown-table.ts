/** Tables of the project's pages in Markdown, which are made from records. */

/** The cells of a row by their column's heading. */
export type MarkdownRow = Record<string, string>;

/** Returns the table of some rows; the columns are those of the first. */
export function markdownTable(rows: readonly MarkdownRow[]): string {
  const headings = Object.keys(rows[0]);
  const cells = rows.map((row) => headings.map((heading) => row[heading] ?? '–'));
  const lines = [headings, headings.map(() => '---'), ...cells];
  return lines.map((line) => `| ${line.join(' | ')} |\n`).join('');
}

/**
 * Returns a page with the table whose first heading is `first` made anew of some rows.
 *
 * @throws if the page has no such table
 */
export function replaceTable(page: string, first: string, rows: readonly MarkdownRow[]): string {
  const old = new RegExp(`^\\| ${first} \\|.*\\n(\\|.*\\n)*`, 'm');
  if (!old.test(page)) throw new Error(`There is no table that begins with "| ${first} |".`);
  return page.replace(old, () => markdownTable(rows));
}

/** Returns `95.14 %` for a share of 0.9514. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
