import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { markdownTable, replaceTable } from '../lib/markdown-table';
import { modelRows } from '../lib/model-table';
import { paths } from '../lib/paths';
import { readRun } from '../lib/runs';

test('markdownTable(rows) has the columns of the first row', () => {
  const table = markdownTable([{ name: 'a', size: '1' }, { size: '2', name: 'b' }, { name: 'c' }]);
  assert.equal(table, '| name | size |\n| --- | --- |\n| a | 1 |\n| b | 2 |\n| c | – |\n');
});

test('replaceTable(page, first, rows) makes one table anew, and leaves the rest', () => {
  const page = 'Before\n\n| name | x |\n| --- | --- |\n| old | $& |\n\n| other |\n\nAfter | all\n';
  assert.equal(
    replaceTable(page, 'name', [{ name: '$&' }]),
    'Before\n\n| name |\n| --- |\n| $& |\n\n| other |\n\nAfter | all\n',
  );
  assert.throws(() => replaceTable(page, 'none', [{ none: '' }]), /no table .* "\| none \|"/);
});

const remedy = 'make it anew by npm run include';

test('the table of models in models/README.md is that of their records', async () => {
  const page = await readFile(join(paths.models, 'README.md'), 'utf8');
  const rows = await modelRows();
  assert.equal(replaceTable(page, 'model', rows), page, remedy);
  const { record } = await readRun('published/wide-1');
  const wide = rows.find(({ model }) => model === '`wide`');
  assert.ok(
    wide?.validation.startsWith(`${(100 * record.result.validationAccuracy).toFixed(2)} %`),
  );
});
