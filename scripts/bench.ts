/**
 * npm run bench -- --augmentation [--json FILE]
 *
 * Measures what each random change of the images costs, here and in PyTorch. FILE takes the rows as JSON.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { benchmarkAugmentation } from '../bench/augmentation';

const { values } = parseArgs({
  options: { augmentation: { type: 'boolean' }, json: { type: 'string' } },
});
if (values.augmentation !== true) {
  throw new Error('What is to be measured? npm run bench -- --augmentation [--json FILE]');
}
void benchmarkAugmentation().then((rows) => {
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
});
