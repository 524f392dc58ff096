import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import test from 'node:test';
import { executeNotebook } from '../lib/execution';
import {
  type Cell,
  codeCells,
  type Notebook,
  problemsOf,
  readNotebook,
  titleOf,
} from '../lib/notebook';
import { paths } from '../lib/paths';
import { temporaryFolder } from './support/folder';
import { codeCell, notebookOf } from './support/notebook-files';
import { fixtureEnvironment } from './support/places';

const folder = temporaryFolder();

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

/** Prints what the kernel holds: what TensorFlow.js counts, and the whole process in MiB. */
const memoryCell = `import { tf as tfOfMemory } from './lib/backend';
const memoryOfTensors = tfOfMemory.memory();
console.log(JSON.stringify({ memory: {
  kept: {
    tensors: memoryOfTensors.numTensors,
    bytes: memoryOfTensors.numBytes,
    graphs: tfOfMemory.node.getNumOfSavedModels(),
  },
  resident: Math.round(process.memoryUsage.rss() / 2 ** 20),
} }))`;

interface Memory {
  kept: { tensors: number; bytes: number; graphs: number };
  resident: number;
}

/** Returns what `memoryCell` printed, if the cell is one. */
function memoryAfter({ source, outputs = [] }: Cell): Memory[] {
  return source === memoryCell ? [JSON.parse(outputs[0].text ?? '').memory] : [];
}

test('there are notebooks', () => assert.ok(names.length >= 4));

for (const name of names) {
  test(`notebook ${name} is short, asks a question, and is committed without outputs`, () => {
    assert.deepEqual(faults(readNotebook(pathOf(name))), []);
  });

  test(`notebook ${name} runs on forty images three times in one kernel, and keeps no memory`, {
    timeout: 900_000,
  }, async () => {
    const [source, target] = ['source', 'target'].map((kind) => join(folder, `${name}.${kind}`));
    const cells = codeCells(readNotebook(pathOf(name)));
    // Backwards the second time: each cell must find what it needs in the kernel, whatever ran last.
    const passes = [cells, [...cells].reverse(), cells];
    const sources = passes.flatMap((pass) => [...pass.map((cell) => cell.source), memoryCell]);
    writeFileSync(source, JSON.stringify(notebookOf(sources.map((one) => codeCell(one)))));
    await executeNotebook(source, target, { environment: fixtureEnvironment() });
    const notebook = readNotebook(target);
    assert.deepEqual(problemsOf(notebook), []);
    const [first, second, third] = codeCells(notebook).flatMap(memoryAfter);
    assert.deepEqual(third.kept, second.kept);
    // Allocators give memory back when they like: the same run ends some hundred MiB apart.
    const grown = third.resident - Math.max(first.resident, second.resident);
    assert.ok(grown < 400, `the process grew by ${grown} MiB in the third run`);
  });
}
