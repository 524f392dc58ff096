import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { replaceModelTable } from '../lib/model-table';
import { paths } from '../lib/paths';

test('the table of models in models/README.md is that of their records', async () => {
  const page = await readFile(join(paths.models, 'README.md'), 'utf8');
  assert.equal(await replaceModelTable(page), page);
});

test('replaceModelTable(page) makes the table anew, and leaves the rest', async () => {
  const page = 'Before\n\n| model | old |\n| --- | --- |\n| `gone` | 1 |\n\nAfter | all\n';
  const made = await replaceModelTable(page);
  assert.match(made, /^Before\n\n\| model \| validation \|.*\n(\|.*\n)+\nAfter \| all\n$/);
  assert.match(made, /\n\| `best` \| \d\d\.\d\d %/);
  assert.doesNotMatch(made, /gone/);
});
