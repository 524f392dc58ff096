import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isLocked, lockFolder, lockWhenFree } from '../lib/lock';
import { paths } from '../lib/paths';
import { temporaryFolder } from './support/folder';
import { withZombie } from './support/zombie';

const folder = temporaryFolder();

/** A process that locks the folder, says so, and stays. */
async function startHolder(place = folder) {
  const program = `
    const { lockFolder } = require('./lib/lock');
    lockFolder(${JSON.stringify(place)}).then(() => console.log('locked'));
    setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ['--import', 'tsx', '--eval', program], {
    cwd: paths.root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  return holder;
}

test('lockFolder(folder) locks until it is released', async () => {
  assert.equal(await isLocked(folder), false);
  const lock = await lockFolder(folder);
  assert.equal(await isLocked(folder), true);
  await assert.rejects(lockFolder(folder), /is in use by this process itself/);
  await lock.release();
  assert.equal(await isLocked(folder), false);
  assert.deepEqual(readdirSync(folder), []);
});

test('lockWhenFree(folder) waits for the holder, and for nothing else', async () => {
  const first = await lockFolder(folder);
  let taken = false;
  const waiting = lockWhenFree(folder).then((lock) => {
    taken = true;
    return lock;
  });
  await sleep(500);
  assert.equal(taken, false);
  await first.release();
  const lock = await waiting;
  assert.equal(await isLocked(folder), true);
  await lock.release();
  await assert.rejects(lockWhenFree(join(folder, 'missing')), { code: 'ENOENT' });
});

test('lockFolder(folder) refuses what a living process holds, and takes what a dead one held', async () => {
  const holder = await startHolder();
  assert.equal(await isLocked(folder), true);
  await assert.rejects(lockFolder(folder), new RegExp(`is in use by process ${holder.pid}`));
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  assert.equal(readdirSync(folder).length, 1);
  assert.equal(await isLocked(folder), false);
  const lock = await lockFolder(folder);
  assert.equal(readdirSync(folder).length, 1);
  await lock.release();
  assert.deepEqual(readdirSync(folder), []);
});

test('lockFolder(folder) is not held up by a process that was given the number of a dead one', {
  skip: process.platform !== 'linux' && 'only Linux tells when a process started',
}, async () => {
  writeFileSync(join(folder, `lock-${process.pid}-1`), '');
  writeFileSync(join(folder, 'lock-1-99999999999999'), '');
  assert.equal(await isLocked(folder), false);
  await (await lockFolder(folder)).release();
  assert.deepEqual(readdirSync(folder), []);
});

test('lockFolder(folder) throws where there is no folder', async () => {
  await assert.rejects(lockFolder(join(folder, 'missing')), /ENOENT/);
});

test('renew() locks a folder again that somebody has removed, unless another process was faster', async () => {
  const place = join(folder, 'removed');
  mkdirSync(place);
  const lock = await lockFolder(place);
  rmSync(place, { recursive: true });
  mkdirSync(place);
  assert.equal(await isLocked(place), false);
  await lock.renew();
  assert.equal(await isLocked(place), true);
  await lock.renew();
  await lock.release();
  assert.deepEqual(readdirSync(place), []);
  const holder = await startHolder(place);
  await assert.rejects(lock.renew(), new RegExp(`is in use by process ${holder.pid}`));
  holder.kill('SIGKILL');
  await once(holder, 'exit');
});

test('lockFolder(folder) is not held up by a process that has ended unnoticed', {
  skip: process.platform !== 'linux' && 'only Linux tells what has become of a process',
}, async () => {
  const place = join(folder, 'ended');
  mkdirSync(place);
  await withZombie(async ({ pid, start }) => {
    writeFileSync(join(place, `lock-${pid}-${start}`), '');
    assert.equal(await isLocked(place), false);
    await (await lockFolder(place)).release();
  });
  assert.deepEqual(readdirSync(place), []);
});
