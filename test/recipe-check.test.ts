import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { checkedRecipe } from '../lib/recipe-check';
import { type Recipe, recipe, recipes } from '../lib/recipes';
import { recipe as sample } from './support/run';
import { wrongRecipe } from './support/wrong-recipes';

/** The sample recipe with one setting replaced; what it is checked as is up to the test. */
const changed = (settings: object): unknown => ({ ...sample, ...settings });

test('checkedRecipe(recipe) gives every recipe of the project back, also one read from JSON', () => {
  for (const one of Object.values(recipes) as Recipe[]) {
    assert.equal(checkedRecipe(one), one);
    assert.deepEqual(checkedRecipe(JSON.parse(JSON.stringify(one))), one);
  }
});

test('checkedRecipe(recipe) names the recipe, the setting, its value and what was expected', () => {
  const flat = { kind: 'flat', peak: Number.NaN };
  const teachers = [{ model: 'best', sha256: 'abc' }];
  const taught = { teachers, views: 'plain', temperature: 1, share: 1 };
  assert.ok(checkedRecipe(changed({ distillation: taught })));
  const cases: [object, RegExp][] = [
    [{ epochs: 0 }, /^The recipe sample: epochs is 0, expected a whole number from 1\.$/],
    [{ epochs: '4' }, /epochs is "4", expected a whole number from 1/],
    [{ batchSize: 2.5 }, /batchSize is 2\.5, expected a whole number/],
    [{ schedule: flat }, /schedule\.peak is NaN, expected a number/],
    [{ optimizer: { kind: 'adam' } }, /optimizer\.kind is "adam", expected one of sgd, adamw/],
    [{ network: { kind: 'toString' } }, /network\.kind is "toString", expected one of plain/],
    [
      { network: { ...sample.network, widths: [4, 4, 4, 4, 4] } },
      /network\.widths is .*, expected a list of one to four whole numbers from 1/,
    ],
    [{ labelSmoothing: 1 }, /labelSmoothing is 1, expected a number from 0 to 0\.9999/],
    [{ augmentation: [null] }, /augmentation\[0\]: the record is null, expected an object/],
    [{ augmentation: [{ kind: 'spin' }] }, /augmentation\[0\]: kind is "spin", expected one of/],
    [{ augmentation: [{ kind: 'shift', pixel: 2 }] }, /there is no setting "pixel", expected/],
    [{ augmentation: [{ kind: 'shift', pixels: -1 }] }, /augmentation\[0\]: shift\(\{ pixels: -1 /],
    [{ learningRate: 0.1 }, /there is no setting "learningRate", expected name, network/],
    [{ distillation: {} }, /distillation is \{\}, expected a distillation, as `npm run distill`/],
    [{ distillation: { ...taught, views: 'mirored' } }, /distillation is .*, a share from 0 to 1/],
    [{ distillation: { ...taught, share: -0.5 } }, /distillation is .*, a temperature from/],
    [{ distillation: { ...taught, teachers: [] } }, /distillation is .*expected a distillation/],
    [{ seed: 2 ** 31 }, /seed is 2147483648, expected a whole number from 0 to 2147483647/],
  ];
  for (const [settings, message] of cases) {
    assert.throws(() => checkedRecipe(changed(settings)), { message });
  }
});

test('checkedRecipe(recipe) meets any one wrong setting with a recipe or an error that says what', () => {
  fc.assert(
    fc.property(wrongRecipe([sample, ...Object.values(recipes)]), (candidate) => {
      try {
        checkedRecipe(candidate);
      } catch (error) {
        assert.match((error as Error).message, /^The recipe .*: .*expected/s);
      }
    }),
    { numRuns: 5000 },
  );
});

test('recipe(name) refuses names that are only those of every object', () => {
  for (const name of ['toString', '__proto__', 'constructor', 'slow']) {
    assert.throws(() => recipe(name), /^Error: There is no recipe /);
  }
});
