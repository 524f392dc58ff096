import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { paths } from '../lib/paths';
import { planSearch } from '../lib/search-plan';
import { readTrials } from '../lib/search-record';
import { runSearch } from '../lib/search-run';
import { namedSearch } from '../lib/searches';
import { temporaryFolder } from './support/folder';
import { processesWith } from './support/processes';

/** Made at the first search; what needs it is skipped before. */
const tunePython = join(paths.root, '.venv-tune', 'bin', 'python');
const skip = existsSync(join(paths.root, '.venv-tune', '.setup'))
  ? false
  : 'no search was run yet: npm run tune -- --search smoke';

/** Runs tests in Python; they fail here with what they say. */
function runTests(python: string, file: string): void {
  const { status, stderr } = spawnSync(python, [join('test', 'tune', file)], {
    env: {
      ...process.env,
      PYTHONPATH: join(paths.root, 'scripts', 'tune'),
      PYTHONDONTWRITEBYTECODE: '1',
    },
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  assert.match(stderr, /Ran [1-9]\d* tests/);
}

test('the ledger and the keeper of a search hold what they promise (test/tune/test_ledger.py)', () => {
  runTests(join(paths.root, '.venv', 'bin', 'python'), 'test_ledger.py');
});

test('suggestions and rungs hold what they promise (test/tune/test_searching.py)', { skip }, () => {
  runTests(tunePython, 'test_searching.py');
});

test('runSearch(folder) runs the search smoke to its end on the forty images, and once only', {
  skip,
  timeout: 300_000,
}, async () => {
  process.env.FASHION_MNIST_DIR = join(paths.root, 'test', 'fixtures');
  const { images: _, ...smoke } = namedSearch('smoke');
  const folder = await planSearch({ ...smoke, title: 'smoke', logs: temporaryFolder() });
  const seen: string[] = [];
  const { trials } = await runSearch(folder, {
    onChange: (all) => seen.push(all[0].state),
  });
  assert.deepEqual(
    trials.map(({ number, state, epochs }) => [number, state, epochs]),
    [1, 2, 3, 4].map((number) => [number, 'finished', 1]),
  );
  assert.deepEqual([...new Set(seen)], ['waiting', 'running', 'finished']);
  assert.deepEqual((await runSearch(folder)).trials, trials);
});

test('a training and then the driver are killed: the search goes on, no trial lost or counted twice', {
  skip: skip || (existsSync('/proc/self') ? false : 'processes are found in Linux’s /proc'),
  timeout: 600_000,
}, async ({ signal }) => {
  // Once the time is up, nothing is waited for any more, or the process would never end.
  const pause = (milliseconds: number) => sleep(milliseconds, undefined, { signal });
  process.env.FASHION_MNIST_DIR = join(paths.root, 'test', 'fixtures');
  const { images: _, ...smoke } = namedSearch('smoke');
  const recipe = { ...smoke.recipe, epochs: 300 };
  const name = `killed-${process.pid}`;
  const search = { ...smoke, recipe, trials: 2, title: 'killed', name };
  const folder = await planSearch({ ...search, logs: temporaryFolder() });
  const until = async (isSo: (epochs: number, attempts: number) => boolean) => {
    for (;;) {
      const [first] = await readTrials(join(folder, 'trials.jsonl'));
      if (first !== undefined && isSo(first.epochs, first.attempts)) return first;
      await pause(20);
    }
  };
  const running = assert.rejects(runSearch(folder), /The driver of the search ended/);
  await until((epochs) => epochs >= 20);
  const [training] = processesWith('scripts/train.ts', `/${name}-`, '/1-1/');
  assert.ok(training !== undefined, 'the training was over before it could be killed');
  process.kill(training, 'SIGKILL');
  const before = await until((epochs, attempts) => epochs >= 20 && attempts === 2);
  assert.equal(before.state, 'running');
  for (const driver of processesWith('driver.py', folder)) process.kill(driver, 'SIGKILL');
  await running;
  while (processesWith('scripts/train.ts', `/${name}-`).length > 0) await pause(50);
  const { trials } = await runSearch(folder);
  assert.deepEqual(
    trials.map(({ number, seed, state, epochs }) => [number, seed, state, epochs]),
    [1, 2].map((number) => [number, number, 'finished', 300]),
  );
  assert.ok(trials[0].attempts >= 3 && trials.every(({ curve }) => curve.length === 300));
});
