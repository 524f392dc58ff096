import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { executeNotebook } from '../lib/execution';
import { codeCells, readNotebook } from '../lib/notebook';
import { paths } from '../lib/paths';
import { temporaryFolder } from './support/folder';
import { codeCell, notebookOf } from './support/notebook-files';
import { statOf } from './support/processes';

const folder = temporaryFolder();

/** Writes a notebook of one cell; returns where it is, and where it is to go when it has run. */
function notebookWith(name: string, cell: string): [string, string] {
  const [source, target] = [name, `${name}-run`].map((file) => join(folder, `${file}.ipynb`));
  writeFileSync(source, JSON.stringify(notebookOf([codeCell(cell)])));
  return [source, target];
}

const isRunning = (pid: number) => !['Z', 'X', undefined].includes(statOf(pid)?.state);

test('executeNotebook(source, target) is not confused by what a cell’s own programs print', {
  timeout: 120_000,
}, async () => {
  const [source, target] = notebookWith(
    'programs',
    `import { execSync } from 'node:child_process';
execSync('echo not JSON', { stdio: 'inherit' });
console.log('done');`,
  );
  await executeNotebook(source, target);
  const [cell] = codeCells(readNotebook(target));
  assert.deepEqual(
    cell.outputs?.map(({ text }) => text),
    ['done\n'],
  );
});

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  test(`a process that executes a notebook takes its kernel along, when it is ended by ${signal}`, {
    skip: !existsSync('/proc/self') && 'processes are looked up in Linux’s /proc',
    timeout: 120_000,
  }, async () => {
    const told = join(folder, `kernel-of-${signal}`);
    const [source, target] = notebookWith(
      signal,
      `import { writeFileSync } from 'node:fs';
writeFileSync(${JSON.stringify(told)}, String(process.pid));
await new Promise((go) => setTimeout(go, 600_000));`,
    );
    const program = `
      const { executeNotebook } = require('./lib/execution');
      executeNotebook(${JSON.stringify(source)}, ${JSON.stringify(target)});`;
    const caller = spawn(process.execPath, ['--import', 'tsx', '--eval', program], {
      cwd: paths.root,
      stdio: 'ignore',
    });
    while (!existsSync(told) || readFileSync(told, 'utf8') === '') await sleep(100);
    const kernel = Number(readFileSync(told, 'utf8'));
    assert.equal(isRunning(kernel), true);
    caller.kill(signal);
    await once(caller, 'exit');
    while (isRunning(kernel)) await sleep(100);
    assert.equal(existsSync(target), false);
  });
}
