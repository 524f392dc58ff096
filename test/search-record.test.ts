import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { paths } from '../lib/paths';
import { writeRecord } from '../lib/record';
import { handMadeSettings, recipeWith } from '../lib/search';
import { planSearch } from '../lib/search-plan';
import {
  parseTrials,
  publishSearch,
  readPlan,
  readSearch,
  readTrials,
  searchFolder,
} from '../lib/search-record';
import { namedSearch } from '../lib/searches';
import { temporaryFolder } from './support/folder';
import { plan, trial, trials } from './support/search';

const lines = (all: object[]) => all.map((one) => `${JSON.stringify(one)}\n`).join('');

/** Stores a search in a `logs` of its own. */
async function stored(all: object[]): Promise<string> {
  const logs = temporaryFolder();
  const folder = searchFolder('example', { logs });
  mkdirSync(folder, { recursive: true });
  await writeRecord(join(folder, 'search.json'), { ...plan, models: '/somewhere' });
  writeFileSync(join(folder, 'trials.jsonl'), lines(all));
  return logs;
}

test('planSearch(options) writes all that the trials follow from, and takes no name twice', async () => {
  const logs = temporaryFolder();
  const smoke = { ...namedSearch('smoke'), title: 'smoke', name: 'first', logs };
  const folder = await planSearch({ ...smoke, hours: 0.5, threads: 2 });
  const planned = await readPlan(join(folder, 'search.json'));
  assert.deepEqual(planned.handMade, handMadeSettings(planned));
  assert.notEqual(planned.recipe.precision, 'auto');
  assert.deepEqual(
    [planned.hours, planned.threads, planned.images, planned.models],
    [0.5, 2, 5000, null],
  );
  await assert.rejects(planSearch(smoke), /There is a run named first/);
});

test('planSearch({ keepModels: true }) refuses a name under which trials would replace what is kept already', async () => {
  const other = temporaryFolder();
  mkdirSync(join(other, 'kept-2'));
  const options = { ...namedSearch('smoke'), title: 'smoke', name: 'kept', trials: 2, logs: other };
  await assert.rejects(
    planSearch({ ...options, keepModels: true }),
    /kept-2 is there already, and a trial that is kept would replace it: give another --name/,
  );
  assert.deepEqual(readdirSync(other), ['kept-2']);
  await planSearch(options);
});

test('planSearch({ keepModels: true }) names the models’ folder from the project’s, which may be moved', async () => {
  const smoke = { ...namedSearch('smoke'), title: 'smoke', logs: temporaryFolder() };
  const folder = await planSearch({ ...smoke, keepModels: true });
  assert.equal((await readPlan(join(folder, 'search.json'))).models, 'models/runs');
});

for (const wrong of [{ trials: 0 }, { trials: 1.5 }, { threads: 0 }, { images: 0 }]) {
  test(`planSearch(options) refuses ${JSON.stringify(wrong)}, and leaves no folder`, async () => {
    const logs = temporaryFolder();
    const smoke = { ...namedSearch('smoke'), title: 'smoke', name: 'mine', logs };
    await assert.rejects(
      planSearch({ ...smoke, ...wrong }),
      /The search: .* expected .*number from 1/,
    );
    await planSearch(smoke);
  });
}

test('planSearch(options) refuses a recipe outside of the space, and leaves no folder', async () => {
  const logs = temporaryFolder();
  const smoke = namedSearch('smoke');
  const recipe = { ...smoke.recipe, labelSmoothing: 0.5 };
  await assert.rejects(
    planSearch({ ...smoke, recipe, title: 'odd', logs }),
    /labelSmoothing is 0.5/,
  );
  assert.ok(!existsSync(join(logs, 'tuning')));
});

test('readSearch(name) gives plan and trials as they were written', async () => {
  const read = await readSearch('example', { logs: await stored(trials) });
  assert.deepEqual(read.trials, trials);
  assert.deepEqual(read.plan.recipe, plan.recipe);
});

test('readTrials(path) of a search that has not begun are none', async () => {
  assert.deepEqual(await readTrials(join(temporaryFolder(), 'trials.jsonl')), []);
});

test('parseTrials(content) names file, line and field of what is wrong', () => {
  const wrong = { ...trials[1], validationAccuracy: 93 };
  assert.throws(
    () => parseTrials(lines([trials[0], wrong]), 'trials.jsonl'),
    /trials\.jsonl, line 2: validationAccuracy is 93, expected null or a number from 0 to 1/,
  );
  const half = lines(trials).slice(0, -20);
  assert.throws(() => parseTrials(half, 'trials.jsonl'), /line 5 is not whole JSON/);
});

test('searchFolder(name) stays inside logs/tuning', () => {
  assert.equal(searchFolder('a', { logs: '/l' }), join('/l', 'tuning', 'a'));
  assert.equal(searchFolder('published/a', { logs: '/l' }), join('/l', 'published', 'tuning', 'a'));
  for (const name of ['../a', 'a/b', '', '.']) {
    assert.throws(() => searchFolder(name), /cannot be named/);
  }
});

test('publishSearch(name, published) copies plan and trials without the paths of this machine', async () => {
  const logs = await stored(trials.slice(0, 4));
  const folder = await publishSearch('example', 'fine', { logs });
  const published = await readSearch('published/fine', { logs });
  assert.deepEqual(published.trials, trials.slice(0, 4));
  assert.deepEqual([published.plan.name, published.plan.models], ['fine', null]);
  assert.deepEqual(readdirSync(folder).sort(), ['search.json', 'trials.jsonl']);
  await assert.rejects(publishSearch('example', 'fine', { logs }), /There is a run named fine/);
});

test('publishSearch(name, published) refuses a search that is not over', async () => {
  const logs = await stored(trials);
  await assert.rejects(publishSearch('example', 'fine', { logs }), /1 of the 5 trials of example/);
  assert.ok(!existsSync(searchFolder('published/fine', { logs })));
});

const publishedFolder = join(paths.logs, 'published', 'tuning');
for (const name of existsSync(publishedFolder) ? readdirSync(publishedFolder) : []) {
  test(`the published search ${name} is whole: each trial once, over, and of its space`, async () => {
    const search = await readSearch(`published/${name}`);
    const numbers = search.trials.map(({ number }) => number);
    assert.deepEqual(
      numbers,
      [...numbers.keys()].map((index) => index + 1),
    );
    assert.equal(numbers.length, search.plan.trials);
    assert.deepEqual(search.trials[0].settings, search.plan.handMade);
    for (const one of search.trials) {
      assert.notEqual(recipeWith(search.plan, one.settings, one.seed), undefined);
      assert.equal(one.curve.length, one.epochs);
      assert.equal(one.validationAccuracy, one.curve[one.epochs - 1] ?? null);
      assert.ok(one.state !== 'finished' || one.epochs === search.plan.recipe.epochs);
      assert.match(one.state, /^(finished|pruned|failed)$/);
    }
  });

  test(`the published search ${name} names no path of a machine`, () => {
    const text = readFileSync(join(publishedFolder, name, 'search.json'), 'utf8');
    assert.doesNotMatch(text, /"\//);
  });
}

test('a trial without an epoch has no accuracy', () => {
  assert.deepEqual(parseTrials(lines([trial(1, 'failed', [])]), 'x')[0].validationAccuracy, null);
});
