import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isLocked } from '../lib/lock';
import { paths } from '../lib/paths';
import { writeRecord } from '../lib/record';
import { runSearch } from '../lib/search-run';
import { temporaryFolder } from './support/folder';
import { plan, trials } from './support/search';

process.env.FASHION_MNIST_DIR = join(paths.root, 'test', 'fixtures');
const root = temporaryFolder();
mkdirSync(join(root, 'scripts', 'tune'), { recursive: true });
Object.assign(paths, { root });

/** Plans a search whose driver is this program instead of the one in Python; returns its folder. */
async function plannedSearch(program: string): Promise<string> {
  writeFileSync(join(root, 'scripts', 'tune', 'start.mjs'), program);
  const folder = mkdtempSync(join(root, 'search-'));
  await writeRecord(join(folder, 'search.json'), plan);
  return folder;
}

const line = (event: object) => `console.log(${JSON.stringify(JSON.stringify(event))});`;

test('runSearch(folder) passes on trials and words, also words in braces, and tells why the driver failed', async () => {
  const folder = await plannedSearch(
    `console.log('a library speaks'); console.log("{'in': 'Python'}");
    ${line({ event: 'trial', trial: trials[0] })}
    console.error('no Ray'); process.exitCode = 3;`,
  );
  const [seen, words]: string[][] = [[], []];
  const running = runSearch(folder, {
    onChange: (all) => seen.push(all[0].state),
    onWords: (word) => words.push(word),
  });
  await assert.rejects(running, /ended with code 3:\nno Ray/);
  assert.deepEqual([seen, words], [[trials[0].state], ['a library speaks', "{'in': 'Python'}"]]);
  assert.equal(await isLocked(folder), false);
});

test('runSearch(folder) keeps the folder locked until its driver has ended, whatever goes wrong here', async () => {
  // As the real one, it ends some time after its input.
  const folder = await plannedSearch(
    `${line({ event: 'trial', trial: trials[0] })}
    process.stdin.on('end', () => setTimeout(() => {}, 400)).resume();`,
  );
  let failed = 0;
  const running = runSearch(folder, {
    onChange() {
      failed = performance.now();
      throw new Error('of the display');
    },
  });
  running.catch(() => {});
  while (failed === 0) await sleep(10);
  await sleep(100);
  assert.equal(await isLocked(folder), true);
  await assert.rejects(running, /of the display/);
  assert.ok(performance.now() - failed >= 350);
  assert.equal(await isLocked(folder), false);
});
