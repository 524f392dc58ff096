/**
 * npm run torture [-- --quick] [--json FILE] [WORD…]
 *
 * Does to trainings, files and settings what should never happen, and counts what survives. `--quick` tries
 * each fault a few times; words pick the faults that have one of them in their name. FILE takes the rows as
 * JSON; those that it has of other faults stay.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { runCommand } from '../lib/command';
import { duration } from '../lib/progress';
import { type Row, tryFault } from '../test/torture/fault';
import { faults } from '../test/torture/faults';

function mark({ tried, survived }: Row): string {
  if (tried === 0) return '–';
  return survived === tried ? '✔' : '✖';
}

function line(row: Row, seconds: number): string {
  const { fault, tried, survived, note } = row;
  const counts = `${tried} tried, ${survived} survived, ${duration(seconds)}`;
  return `${mark(row)} ${fault.padEnd(width)}  ${counts}: ${note}`;
}

const width = Math.max(...faults.map(({ name }) => name.length));

/** Puts rows into a file, in the order of the faults, in place of earlier rows of the same ones. */
function store(path: string, rows: readonly Row[]): void {
  const earlier: Row[] = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : [];
  const all = faults.flatMap(({ name }) => {
    const isOfFault = ({ fault }: Row) => fault === name;
    return rows.find(isOfFault) ?? earlier.find(isOfFault) ?? [];
  });
  writeFileSync(path, `${JSON.stringify(all, null, 2)}\n`);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { quick: { type: 'boolean', default: false }, json: { type: 'string' } },
  });
  const chosen = faults.filter(
    ({ name }) => positionals.length === 0 || positionals.some((word) => name.includes(word)),
  );
  if (chosen.length === 0) {
    const known = faults.map(({ name }) => name).join('\n');
    throw new Error(`No fault has ${positionals.join(' or ')} in its name. There are:\n${known}`);
  }
  const rows: Row[] = [];
  for (const fault of chosen) {
    const begin = performance.now();
    const row = await tryFault(fault, fault.times[values.quick ? 'quick' : 'full']);
    rows.push(row);
    console.log(line(row, (performance.now() - begin) / 1000));
    if (values.json !== undefined) store(values.json, rows);
  }
  if (rows.some(({ tried, survived }) => survived < tried)) process.exitCode = 1;
}

runCommand(main);
