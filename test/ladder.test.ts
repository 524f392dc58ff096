import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { ladderRows, publishedRungs } from '../lib/ladder';
import { replaceTable } from '../lib/markdown-table';
import { paths } from '../lib/paths';
import { recipe } from '../lib/recipes';
import { readSearch } from '../lib/search-record';

test('the ladder in the README is that of the published seeds', async () => {
  const page = await readFile(join(paths.root, 'README.md'), 'utf8');
  const rows = ladderRows(await publishedRungs());
  assert.equal(replaceTable(page, 'recipe', rows), page, 'make it anew by npm run include');
});

test('publishedRungs() measures the trainings of each recipe, by their arithmetic', async () => {
  const rungs = await publishedRungs();
  const quick = rungs.find((rung) => rung.name === 'quick');
  const { trials } = await readSearch('published/quick-by-hand');
  assert.deepEqual(
    [...(quick?.accuracies ?? [])].sort(),
    trials.map(({ validationAccuracy }) => validationAccuracy).sort(),
  );
  assert.ok(Math.abs(quick!.petaOperations - 0.03) < 0.001);
  const arithmetic = rungs.map(({ petaOperations }) => petaOperations);
  assert.deepEqual(
    arithmetic,
    [...arithmetic].sort((one, other) => one - other),
  );
});

test('the rungs are of the recipes as they are now', async () => {
  for (const { place, name } of await publishedRungs()) {
    const { plan } = await readSearch(place);
    const { precision, seed } = plan.recipe;
    assert.deepEqual(plan.recipe, { ...recipe(name), precision, seed }, place);
  }
});
