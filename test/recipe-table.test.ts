import assert from 'node:assert/strict';
import test from 'node:test';
import { inWords, recipeRows, recordRows } from '../lib/recipe-table';
import { recipe, recipes } from '../lib/recipes';
import { listRuns } from '../lib/runs';

for (const { value, words } of [
  { value: { kind: 'sgd', momentum: 0.9, nesterov: true }, words: 'sgd, momentum 0.9, nesterov' },
  {
    value: { kind: 'adamw', weightDecay: 0.01, amsgrad: false },
    words: 'adamw, weight decay 0.01',
  },
  {
    value: [{ kind: 'alternatingFlip' }, { kind: 'shift', pixels: 2 }],
    words: 'alternating flip; shift, pixels 2',
  },
  { value: { kind: 'erase', area: [0.02, 0.25] }, words: 'erase, area 0.02 to 0.25' },
  { value: { kind: 'plain', widths: [48, 96, 192] }, words: 'plain, widths 48/96/192' },
  { value: [], words: 'none' },
  { value: 1 / 9, words: '0.1111' },
]) {
  test(`inWords(${JSON.stringify(value)}) is “${words}”`, () =>
    assert.equal(inWords(value), words));
}

for (const name of Object.keys(recipes)) {
  test(`recipeRows(${name}) has every setting, its value in words, and what it means`, () => {
    const rows = recipeRows(recipe(name));
    assert.equal(rows.length, Object.keys(recipe(name)).length - 1);
    for (const { setting, value, meaning } of rows) {
      assert.doesNotMatch(String(value), /[{}"[\]]|undefined|object/, String(setting));
      assert.notEqual(meaning, '', `${setting} has no meaning`);
    }
  });
}

test('recordRows(record) says what a stranger needs to repeat the run', async () => {
  const [{ record }] = await listRuns({ published: true });
  const text = JSON.stringify(recordRows(record));
  const { recipe: used, data, commit, environment } = record;
  for (const part of [`seed ${used.seed}`, data.checksum, commit?.hash, environment.tensorflow]) {
    assert.ok(text.includes(String(part)), `${part} is missing`);
  }
});

test('recordRows(record) leaves out what there is not', async () => {
  const [{ record }] = await listRuns({ published: true });
  const rows = recordRows({ ...record, commit: null, precision: null, resumed: [], result: {} });
  assert.ok(
    rows.every(({ value }) => value !== undefined && !/undefined|null|NaN/.test(String(value))),
  );
});
