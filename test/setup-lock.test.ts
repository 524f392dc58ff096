import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { paths } from '../lib/paths';
import { temporaryFolder } from './support/folder';
import { statOf } from './support/processes';
import { withZombie } from './support/zombie';

/** Takes the lock of a set-up in a project of its own that has this lock already; returns what it printed. */
function takeLock(content: string): string {
  const root = temporaryFolder();
  const scripts = join(root, 'scripts', 'setup');
  mkdirSync(scripts, { recursive: true });
  for (const name of ['lock.mjs', 'places.mjs']) {
    copyFileSync(join(paths.root, 'scripts', 'setup', name), join(scripts, name));
  }
  mkdirSync(join(root, '.venv'));
  const lock = join(root, '.venv', 'setup.lock');
  writeFileSync(lock, content);
  // In a container, a process may get the very number that the one before had.
  const program = `
    const { readFileSync, writeFileSync } = await import('node:fs');
    const lock = ${JSON.stringify(lock)};
    writeFileSync(lock, readFileSync(lock, 'utf8').replaceAll('OWN', String(process.pid)));
    const { withLock } = await import(${JSON.stringify(join(scripts, 'lock.mjs'))});
    await withLock(console.log, async () => console.log('at work'));`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
    timeout: 10_000,
  });
  const said = stdout.trim().replace(root, 'ROOT');
  assert.equal(existsSync(lock), said !== 'at work', 'the lock is released after the work');
  return said;
}

const locks: Record<string, string> = {
  'a process that is gone': JSON.stringify({ owner: '999999999 1', child: '' }),
  'an earlier process with the number of this one': JSON.stringify({ owner: 'OWN 1', child: '' }),
  'an earlier child with the number of this process': JSON.stringify({ owner: '', child: 'OWN 1' }),
  'nobody, since it is empty': '',
  'nobody, since it was cut off': '{"owner": "1',
};

for (const [holder, content] of Object.entries(locks)) {
  test(`a set-up takes a lock that was left by ${holder}`, () => {
    assert.equal(takeLock(content), 'at work');
  });
}

test('a set-up waits for another one that is at work', {
  skip: !existsSync('/proc/self') && 'when a process started is read in Linux’s /proc',
}, () => {
  const start = statOf(process.pid)?.start;
  const said = takeLock(JSON.stringify({ owner: `${process.pid} ${start}`, child: '' }));
  assert.equal(
    said,
    `Another set-up of this project is at work (process ${process.pid}, by ROOT/.venv/setup.lock); waiting for it.`,
  );
});

test('a set-up does not wait for a process that has ended unnoticed', {
  skip: !existsSync('/proc/self') && 'what has become of a process is read in Linux’s /proc',
}, async () => {
  await withZombie(({ pid, start }) => {
    assert.equal(takeLock(JSON.stringify({ owner: '', child: `${pid} ${start}` })), 'at work');
  });
});
