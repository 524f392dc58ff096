/** Notebooks made by tests. */
import type { Cell, Notebook, Output } from '../../lib/notebook';

/** Returns a cell with Markdown. */
export function markdownCell(source: string): Cell {
  return { cell_type: 'markdown', source, metadata: {} } as Cell;
}

/** Returns a cell with code and the outputs it is said to have had. */
export function codeCell(source: string, outputs: Output[] = []): Cell {
  return { cell_type: 'code', source, execution_count: null, metadata: {}, outputs } as Cell;
}

/** Returns an output with several forms, as `lib/display.ts` sends them. */
export function displayed(data: Record<string, unknown>): Output {
  return { output_type: 'display_data', data, metadata: {} } as Output;
}

/** Returns a notebook for the project's kernel. */
export function notebookOf(cells: Cell[]): Notebook {
  const metadata = {
    kernelspec: { name: 'tslab', display_name: 'TypeScript', language: 'typescript' },
    language_info: { name: 'typescript' },
  };
  return { cells, metadata, nbformat: 4, nbformat_minor: 4 } as Notebook;
}
