/**
 * npm run bench -- --augmentation [--json FILE]
 * npm run bench -- --precision-accuracy [--json FILE]
 *
 * Measures what each random change of the images costs, or whether bfloat16 costs accuracy. FILE takes
 * the result as JSON.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { benchmarkAugmentation } from '../bench/augmentation';
import { benchmarkPrecision } from '../bench/precision-accuracy';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      augmentation: { type: 'boolean' },
      'precision-accuracy': { type: 'boolean' },
      json: { type: 'string' },
    },
  });
  const measured = values.augmentation
    ? benchmarkAugmentation()
    : values['precision-accuracy'] && (await benchmarkPrecision());
  if (!measured) {
    throw new Error('What is to be measured? npm run bench -- --augmentation [--json FILE]');
  }
  if (values.json !== undefined) {
    writeFileSync(values.json, `${JSON.stringify(measured, null, 2)}\n`);
  }
}

void main();
