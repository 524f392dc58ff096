/**
 * npm run torture [-- --quick] [--json FILE] [WORD…]
 *
 * Does to trainings, files and settings what should never happen, and counts what survives. `--quick` tries
 * each fault a few times; words pick the faults that have one of them in their name.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Row, tryFault } from '../test/torture/fault';
import { faults } from '../test/torture/faults';

function line({ fault, tried, survived, note }: Row): string {
  const mark = tried > 0 && survived === tried ? '✔' : tried === 0 ? '–' : '✖';
  return `${mark} ${fault}: ${survived} of ${tried}. ${note}`;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { quick: { type: 'boolean', default: false }, json: { type: 'string' } },
  });
  const chosen = faults.filter(
    ({ name }) => positionals.length === 0 || positionals.some((word) => name.includes(word)),
  );
  const rows: Row[] = [];
  for (const fault of chosen) {
    rows.push(await tryFault(fault, values.quick ? 'quick' : 'full'));
    console.log(line(rows[rows.length - 1]));
    if (values.json) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
  }
  if (rows.some(({ tried, survived }) => survived < tried)) process.exitCode = 1;
}

void main();
