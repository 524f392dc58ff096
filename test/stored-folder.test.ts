import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { demandFolder } from '../lib/stored-folder';
import { temporaryFolder } from './support/folder';

const kind = { kind: 'run', file: 'record.json' };

function homeWith(names: string[]): string {
  const home = temporaryFolder();
  for (const name of names) {
    mkdirSync(join(home, name));
    writeFileSync(join(home, name, 'record.json'), '{}');
  }
  return home;
}

test('demandFolder(folder, kind) tells the names that there are, and no folder that is something else', async () => {
  const home = homeWith(['second', 'first']);
  mkdirSync(join(home, 'tuning'));
  await demandFolder(join(home, 'first'), kind);
  await assert.rejects(demandFolder(join(home, 'third'), kind), ({ message }: Error) => {
    assert.equal(message, `There is no run "third" in ${home}/: expected first, second.`);
    return true;
  });
});

test('demandFolder(folder, kind) counts the rest of many names', async () => {
  const home = homeWith(Array.from({ length: 15 }, (_, index) => `run-${index + 10}`));
  await assert.rejects(demandFolder(join(home, 'run'), kind), /run-21 or one of 3 more\.$/);
});

test('demandFolder(folder, kind) says so where there is nothing, not even the folder around', async () => {
  const folder = join(temporaryFolder(), 'nowhere', 'run');
  await assert.rejects(demandFolder(folder, kind), /in .*nowhere\/: it holds none yet\.$/);
});
