/** What every fault of `npm run torture` is made of. */
import { reasonOf } from '../../lib/integrity';
import type { MarkdownRow } from '../../lib/markdown-table';

export interface Fault {
  /** What is done, in a few words. */
  name: string;
  /** How often, with `--quick` and without. */
  times: { quick: number; full: number };
  /** Does it so often, each time inside of `attempt`; returns what is worth noting. */
  run(times: number, attempt: Attempt): Promise<string>;
}

/** Counts a try, and whether it was survived: whether `damage` came to its end without an error. */
export type Attempt = (damage: () => void | Promise<void>) => Promise<void>;

/** A row of the table. */
export interface Row {
  fault: string;
  tried: number;
  survived: number;
  note: string;
}

/** Returns the rows of the table in `docs/faults.md`. */
export function faultRows(rows: readonly Row[]): MarkdownRow[] {
  return rows.map(({ fault, tried, survived, note }) => ({
    fault,
    tried: tried.toLocaleString('en'),
    survived: survived.toLocaleString('en'),
    'what was seen': note,
  }));
}

/** Does what a fault does so often, and counts. */
export async function tryFault(fault: Fault, times: number): Promise<Row> {
  const row: Row = { fault: fault.name, tried: 0, survived: 0, note: '' };
  const problems: string[] = [];
  const attempt: Attempt = async (damage) => {
    row.tried++;
    try {
      await damage();
      row.survived++;
    } catch (error) {
      problems.push(reasonOf(error));
    }
  };
  row.note = await fault.run(times, attempt).catch(reasonOf);
  if (problems.length > 0) row.note = `${problems.join('\n')}\n${row.note}`;
  return row;
}
