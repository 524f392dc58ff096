import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import test from 'node:test';
import { executeNotebook } from '../lib/execution';
import { codeCells, type Notebook, problemsOf, readNotebook, titleOf } from '../lib/notebook';
import { paths } from '../lib/paths';

const folder = mkdtempSync(join(tmpdir(), 'notebooks-test-'));

const names = readdirSync(paths.notebooks)
  .filter((file) => file.endsWith('.ipynb'))
  .map((file) => basename(file, '.ipynb'))
  .sort();

const pathOf = (name: string) => join(paths.notebooks, `${name}.ipynb`);

/** Returns what a notebook does against the rules of the house, one text each. */
function faults(notebook: Notebook): string[] {
  const found: string[] = [];
  const cells = codeCells(notebook);
  if (!titleOf(notebook, '').endsWith('?')) found.push('its title is not a question');
  if (cells.length > 24) found.push(`it has ${cells.length} code cells, more than 24`);
  cells.forEach((cell, index) => {
    const lines = cell.source.split('\n');
    const say = (fault: string) => found.push(`cell ${index + 1} ${fault}`);
    if ((cell.outputs ?? []).length > 0) say('has outputs: commit notebooks without them');
    if (cell.execution_count) say('has a number: commit notebooks without them');
    if (lines.length > 15) say(`has ${lines.length} lines, more than 15`);
    if (lines.some((line) => line.length > 100)) say('has a line of more than 100 characters');
    if (/^export /m.test(cell.source)) say('exports, which a cell cannot');
  });
  return found;
}

test('there are notebooks', () => assert.ok(names.length >= 4));

for (const name of names) {
  test(`notebook ${name} is short, asks a question, and is committed without outputs`, () => {
    assert.deepEqual(faults(readNotebook(pathOf(name))), []);
  });

  test(`notebook ${name} runs on forty images and shows no empty chart`, {
    timeout: 300_000,
  }, async () => {
    const target = join(folder, `${name}.ipynb`);
    const environment = { FASHION_MNIST_DIR: join(paths.root, 'test', 'fixtures') };
    await executeNotebook(pathOf(name), target, { environment });
    assert.deepEqual(problemsOf(readNotebook(target)), []);
  });
}
