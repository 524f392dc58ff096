import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import test, { before, beforeEach } from 'node:test';
import { temporaryFolder } from './support/folder';

/** The project's root, and a root of the tests' own, so that their openings are not on record. */
const project = process.cwd();
const root = temporaryFolder();
const log = join(root, 'logs', 'test-set-openings.jsonl');
const directory = join(project, 'test', 'fixtures');
let openTestSet: typeof import('../lib/test-set').openTestSet;
let recordResult: typeof import('../lib/test-set').recordResult;

before(async () => {
  mkdirSync(join(root, 'lib'));
  writeFileSync(join(root, 'package.json'), '{}');
  process.env.FASHION_MNIST_PROJECT = root;
  ({ openTestSet, recordResult } = await import('../lib/test-set'));
});
beforeEach(() => rmSync(join(root, 'logs'), { recursive: true, force: true }));

function openings(): Record<string, unknown>[] {
  return readFileSync(log, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

test('openTestSet(options) gives the test images in the order of the file', async () => {
  const split = await openTestSet({ by: 'a test', model: 'none', directory });
  assert.equal(split.name, 'test');
  assert.equal(split.count, 20);
  assert.equal(split.images.length, 20 * 28 * 28);
  assert.deepEqual([...split.indices], [...split.labels.keys()]);
});

test('openTestSet(options) adds a line to the record at each opening', async () => {
  const started = new Date().toISOString();
  await openTestSet({ by: 'a test', model: 'first', directory });
  await openTestSet({ by: 'a "test"\n', model: 'second', directory });
  const [first, second] = openings();
  assert.deepEqual(Object.keys(first), ['date', 'by', 'model', 'commit', 'checksum']);
  assert.deepEqual([first.by, first.model, first.commit], ['a test', 'first', null]);
  assert.deepEqual([second.by, second.model], ['a "test"\n', 'second']);
  assert.ok(started <= String(first.date) && String(first.date) <= String(second.date));
  assert.match(String(first.checksum), /^[0-9a-f]{64}$/);
});

test('recordResult(test, result) adds a line with the opening and what was found', async () => {
  const split = await openTestSet({ by: 'a test', model: 'some', directory });
  await recordResult(split, { correct: 19, views: 'mirrored' });
  const [opening, { date, ...found }] = openings();
  const { date: opened, ...same } = opening;
  assert.deepEqual(found, { ...same, correct: 19, total: 20, views: 'mirrored' });
  assert.ok(String(opened) <= String(date));
});

test('openTestSet(options) records the commit that is checked out', async () => {
  const git = (...words: string[]) => execFileSync('git', words, { cwd: root, encoding: 'utf8' });
  const author = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];
  git('init', '--quiet');
  git(...author, 'commit', '--quiet', '--allow-empty', '--message', 'Begin');
  try {
    await openTestSet({ by: 'a test', model: 'none', directory });
    assert.equal(openings()[0].commit, git('rev-parse', 'HEAD').trim());
  } finally {
    rmSync(join(root, '.git'), { recursive: true });
  }
});

test('openTestSet(options) stays closed when the record cannot be written', async () => {
  mkdirSync(log, { recursive: true });
  await assert.rejects(
    openTestSet({ by: 'a test', model: 'none', directory }),
    /The record .*test-set-openings\.jsonl cannot be written, and without it the test set stays closed: EISDIR/,
  );
});

test('openTestSet(options) records no opening of files that cannot be read', async () => {
  const missing = join(root, 'missing');
  await assert.rejects(openTestSet({ by: 'a test', model: 'none', directory: missing }), /lacks/);
  assert.equal(existsSync(log), false);
});

for (const [by, model] of [
  ['', 'a model'],
  ['someone', ''],
]) {
  test(`openTestSet({ by: "${by}", model: "${model}" }) throws an error that asks for both`, async () => {
    await assert.rejects(openTestSet({ by, model, directory }), /neither name may be empty/);
  });
}

test('openTestSet(options) throws in a trial of a search, and records no opening', async () => {
  process.env.FASHION_MNIST_TEST_SET = 'closed';
  try {
    const opening = openTestSet({ by: 'a test', model: 'none', directory });
    await assert.rejects(opening, /The test set is closed to the trials of a search/);
    assert.equal(existsSync(log), false);
  } finally {
    delete process.env.FASHION_MNIST_TEST_SET;
  }
});

/** The files that a program of the project imports, and those that they import. */
function importedBy(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  for (const [, name] of readFileSync(join(project, file), 'utf8').matchAll(
    /(?:from|import|import\(|require\()\s*['"](\.[^'"]+)['"]/g,
  )) {
    const path = join(file, '..', name);
    const source = [path, `${path}.ts`].find((each) => /\.(ts|mjs)$/.test(each));
    if (source !== undefined) importedBy(source, found);
  }
  return found;
}

test('the training command, which trials run, imports nothing that opens the test images', () => {
  const imported = importedBy('scripts/train.ts');
  assert.ok(imported.has('lib/graph/training-graph.ts') && imported.has('lib/source.ts'));
  assert.ok(!imported.has('lib/test-set.ts'));
});

test('every process that a search starts is told that the test set is closed', () => {
  const starts = ['trial.py', 'driver.py', 'project.py', 'keeper.py']
    .map((name) => readFileSync(join(project, 'scripts', 'tune', name), 'utf8'))
    .flatMap((program) => [...program.matchAll(/subprocess\.(\w+)\(/g)]);
  // The training, and the set-up of a machine that has no project yet.
  assert.deepEqual(starts.map(([, how]) => how).sort(), ['Popen', 'run']);
  const trial = readFileSync(join(project, 'scripts', 'tune', 'trial.py'), 'utf8');
  assert.match(trial, /env=environment\(/);
  assert.match(trial, /"FASHION_MNIST_TEST_SET": "closed"/);
});

/** Every file of the project that can hold a program, tests aside. */
function programs(): string[] {
  const folders = ['lib', 'scripts', 'notebooks', 'bench', 'kernel'].map((name) =>
    join(project, name),
  );
  return folders.filter(existsSync).flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter(
        (name) =>
          /\.(ts|mjs|cjs|js|py|ipynb)$/.test(name) &&
          !/(node_modules|\.ipynb_checkpoints)/.test(name),
      )
      .map((name) => relative(project, join(folder, name))),
  );
}

const restrictions: [string, RegExp, RegExp][] = [
  [
    'imports test-set',
    /['"][./\w]*\/test-set\\?['"]/,
    /^(notebooks\/04[^/]*\.ipynb|scripts\/evaluate\.ts)$/,
  ],
  ['names readTest', /\breadTest\b/, /^lib\/(source|test-set)\.ts$/],
  [
    'names a test file',
    /\bt10k\b/,
    /^(lib\/(source|published-files)\.ts|scripts\/make-fixture\.ts|scripts\/tune\/keeper\.py)$/,
  ],
];
for (const [what, pattern, allowed] of restrictions) {
  test(`no program ${what} but those that are meant to`, () => {
    const found = programs().filter((file) =>
      pattern.test(readFileSync(join(project, file), 'utf8')),
    );
    assert.deepEqual(
      found.filter((file) => !allowed.test(file)),
      [],
    );
  });
}
