/**
 * What a search survives, on a cluster of two Ray nodes on this machine: `npm test -- slow/search-faults`, some
 * minutes. Left out of `npm test`.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { planSearch } from '../../lib/search-plan';
import { readTrials, type Trial } from '../../lib/search-record';
import { runSearch } from '../../lib/search-run';
import { namedSearch } from '../../lib/searches';
import { temporaryFolder } from '../support/folder';
import { processesWith } from '../support/processes';
import { type Cluster, killNode, startCluster } from '../support/ray';

const logs = temporaryFolder();
const timeout = 900_000;
const epochs = 6;
let cluster: Cluster;
let undisturbed: Trial[];

/** Plans four trials that take some seconds each; the same settings and seeds every time. */
function plan(what: string): Promise<string> {
  const name = ownName(what);
  const smoke = namedSearch('smoke');
  const recipe = { ...smoke.recipe, epochs, precision: 'float32' as const };
  return planSearch({ ...smoke, recipe, images: 20_000, threads: 1, title: 'faults', name, logs });
}

/** No other run of this test has searches of these names. */
function ownName(what: string): string {
  return `${what}-${process.pid}`;
}

/** Waits until a search is so far. */
async function until(folder: string, isSo: (trials: Trial[]) => boolean): Promise<void> {
  while (!isSo(await readTrials(join(folder, 'trials.jsonl')))) await sleep(50);
}

const hasRun = (number: number) => (trials: Trial[]) => (trials[number - 1]?.epochs ?? 0) >= 2;

/** No trial is lost, none is counted twice, and each came to what it comes to undisturbed. */
function assertWhole(trials: Trial[]): void {
  assert.deepEqual(
    trials.map(({ number, state, seed, settings, curve }) => [
      number,
      state,
      seed,
      settings,
      curve,
    ]),
    undisturbed.map(({ number, seed, settings, curve }) => [
      number,
      'finished',
      seed,
      settings,
      curve,
    ]),
  );
}

before(
  async () => {
    const folder = await plan('undisturbed');
    undisturbed = (await runSearch(folder)).trials;
    assert.ok(undisturbed.every(({ state, attempts }) => state === 'finished' && attempts === 1));
    cluster = await startCluster();
    process.env.RAY_ADDRESS = cluster.address;
  },
  { timeout },
);
after(() => cluster?.stop());

test('a search on two nodes comes to what it comes to on one', { timeout }, async () => {
  const { trials } = await runSearch(await plan('two-nodes'));
  assertWhole(trials);
});

test('a trial whose training is killed goes on from its last checkpoint', { timeout }, async () => {
  const folder = await plan('training-killed');
  const running = runSearch(folder);
  await until(folder, hasRun(1));
  const [training] = processesWith('scripts/train.ts', `/${ownName('training-killed')}-`, '/1-');
  process.kill(training, 'SIGKILL');
  const { trials } = await running;
  assertWhole(trials);
  assert.deepEqual(
    trials.map(({ attempts }) => attempts),
    [2, 1, 1, 1],
  );
});

test('a driver that is killed leaves no process, and the search goes on', { timeout }, async () => {
  const folder = await plan('driver-killed');
  const running = assert.rejects(runSearch(folder), /The driver of the search ended/);
  await until(folder, hasRun(2));
  for (const driver of processesWith('scripts/tune/driver.py', folder)) {
    process.kill(driver, 'SIGKILL');
  }
  await running;
  while (processesWith('scripts/train.ts', `/${ownName('driver-killed')}-`).length > 0)
    await sleep(50);
  const { trials } = await runSearch(folder);
  assertWhole(trials);
  assert.ok(trials.some(({ attempts }) => attempts === 2));
});

test('a search whose Ray is killed ends with an error, and goes on when it is run again', {
  timeout,
}, async () => {
  const address = process.env.RAY_ADDRESS;
  delete process.env.RAY_ADDRESS;
  try {
    const folder = await plan('ray-killed');
    const before = new Set(processesWith('raylet/raylet'));
    const running = assert.rejects(
      runSearch(folder),
      /Ray was killed.*epochs that were done are kept/,
    );
    await until(folder, hasRun(1));
    for (const raylet of processesWith('raylet/raylet')) {
      if (!before.has(raylet)) process.kill(raylet, 'SIGKILL');
    }
    await running;
    assertWhole((await runSearch(folder)).trials);
  } finally {
    process.env.RAY_ADDRESS = address;
  }
});

test('a search whose node is killed ends on the other', { timeout }, async () => {
  const folder = await plan('node-killed');
  const running = runSearch(folder);
  await until(folder, (trials) => hasRun(1)(trials) && hasRun(2)(trials));
  killNode(cluster.second);
  const { trials } = await running;
  assertWhole(trials);
  assert.deepEqual(
    trials.map(({ attempts }) => attempts).filter((attempts) => attempts > 1),
    [2],
  );
});
