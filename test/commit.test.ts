import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { commit } from '../lib/commit';
import { temporaryFolder } from './support/folder';

const folder = temporaryFolder();

function git(...words: string[]): string {
  const person = ['-c', 'user.name=test', '-c', 'user.email=test@example.org'];
  return execFileSync('git', [...person, ...words], { cwd: folder, encoding: 'utf8' }).trim();
}

/** Commits a file in a folder of code. */
function commitFirst(code: string): void {
  git('init', '--quiet');
  mkdirSync(join(folder, code));
  writeFileSync(join(folder, code, 'a.ts'), 'first');
  git('add', '.');
  git('commit', '--quiet', '--message', 'first');
}

test('commit(folder) is null where there is no git', async () => {
  assert.equal(await commit(folder), null);
});

test('commit(folder, more) counts changes in further folders where it is asked to', async () => {
  commitFirst('bench');
  writeFileSync(join(folder, 'bench', 'a.ts'), 'second');
  assert.equal((await commit(folder))?.changed, false);
  assert.equal((await commit(folder, ['bench']))?.changed, true);
});

test('commit(folder) is the hash, and says whether the code was changed since', async () => {
  commitFirst('lib');
  const hash = git('rev-parse', 'HEAD');
  assert.deepEqual(await commit(folder), { hash, changed: false });

  mkdirSync(join(folder, 'logs'));
  writeFileSync(join(folder, 'logs', 'record.json'), '{}');
  assert.deepEqual(await commit(folder), { hash, changed: false });

  for (const file of ['a.ts', 'new.ts']) {
    writeFileSync(join(folder, 'lib', file), 'second');
    assert.deepEqual(await commit(folder), { hash, changed: true });
    git('add', '.');
    git('commit', '--quiet', '--message', file);
    assert.equal((await commit(folder))?.changed, false);
    git('reset', '--quiet', '--hard', hash);
  }
});
