import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { type Recipe, recipes } from '../lib/recipes';
import {
  choice,
  handMadeSettings,
  linear,
  logarithmic,
  placeIn,
  recipeWith,
  type Search,
  type Settings,
  settingsOf,
} from '../lib/search';
import { namedSearch, searches } from '../lib/searches';

const quick: Recipe = {
  ...recipes.quick,
  epochs: 4,
  schedule: { kind: 'triangular', peak: 0.1, warmup: 0.25, final: 0.02 },
  averaging: { kind: 'exponential', every: 3, decay: 0.97 },
};

const search = {
  recipe: quick,
  space: {
    'schedule.peak': logarithmic(0.01, 1, { unit: 'rate' }),
    epochs: linear(2, 8, { unit: 'epochs', whole: true }),
    averaging: choice({ none: { kind: 'none' }, exponential: quick.averaging }),
    'averaging.decay': linear(0.9, 0.99, {
      unit: 'share kept',
      when: { setting: 'averaging', is: ['exponential'] },
    }),
  },
} satisfies Pick<Search, 'recipe' | 'space'>;

const settings = {
  'schedule.peak': 0.3,
  epochs: 6,
  averaging: 'exponential',
  'averaging.decay': 0.95,
};

test('recipeWith(search, settings) puts each setting where its path leads, and the seed', () => {
  const recipe = recipeWith(search, settings, 7);
  assert.deepEqual(recipe, {
    ...quick,
    schedule: { ...quick.schedule, peak: 0.3 },
    epochs: 6,
    averaging: { kind: 'exponential', every: 3, decay: 0.95 },
    seed: 7,
  });
});

test('recipeWith(search, settings) leaves the search, its options and its recipe as they were', () => {
  const before = structuredClone(search);
  recipeWith(search, settings);
  assert.deepEqual(search, before);
  assert.equal(recipeWith(search, { ...settings, 'averaging.decay': 0.9 }).schedule.peak, 0.3);
});

test('recipeWith(search, settings) takes the name of an option for its value', () => {
  const { averaging } = recipeWith(search, {
    'schedule.peak': 0.3,
    epochs: 2,
    averaging: 'none',
  });
  assert.deepEqual(averaging, { kind: 'none' });
});

const wrong: [string, Settings, RegExp][] = [
  [
    'a number above its range',
    { ...settings, 'schedule.peak': 2 },
    /peak is 2: .* 0\.01 to 1 \(rate/,
  ],
  ['a missing number', { epochs: 2, averaging: 'none' }, /schedule\.peak is undefined/],
  [
    'a broken whole number',
    { ...settings, epochs: 2.5 },
    /epochs is 2\.5: expected a whole number/,
  ],
  [
    'an unknown option',
    { ...settings, averaging: 'much' },
    /averaging is much: expected none or exp/,
  ],
  [
    'an unknown path',
    { ...settings, width: 3 },
    /width is not searched: expected schedule\.peak, /,
  ],
  [
    'what is held back',
    { ...settings, averaging: 'none' },
    /decay is set although it is held back/,
  ],
];
for (const [what, given, expected] of wrong) {
  test(`recipeWith(search, settings) refuses ${what}`, () => {
    assert.throws(() => recipeWith(search, given), expected);
  });
}

test('recipeWith(search, settings) names a path that the recipe does not have', () => {
  const flat = { ...quick, schedule: { kind: 'flat', peak: 0.1 } } as const;
  const odd = {
    recipe: { ...flat, averaging: undefined as never },
    space: { 'averaging.decay': linear(0, 1, { unit: 'share' }) },
  };
  assert.throws(() => recipeWith(odd, { 'averaging.decay': 0.5 }), /the recipe has no averaging/);
});

test('handMadeSettings(search) are those that give the recipe back', () => {
  const handMade = handMadeSettings(search);
  assert.deepEqual(handMade, {
    'schedule.peak': 0.1,
    epochs: 4,
    averaging: 'exponential',
    'averaging.decay': 0.97,
  });
  assert.deepEqual(recipeWith(search, handMade), quick);
});

test('handMadeSettings(search) refuses a space that the recipe is not in', () => {
  const space = { 'schedule.peak': linear(0.2, 0.5, { unit: 'rate' }) };
  assert.throws(() => handMadeSettings({ ...search, space }), /schedule\.peak is 0\.1: expected/);
  const other = { averaging: choice({ none: { kind: 'none' as const } }) };
  assert.throws(() => handMadeSettings({ ...search, space: other }), /not among the options/);
});

test('handMadeSettings(search) refuses a logarithmic range that begins at 0', () => {
  const space = { labelSmoothing: logarithmic(0, 0.2, { unit: 'share' }) };
  assert.throws(() => handMadeSettings({ ...search, space }), /logarithmic range being above 0/);
});

test('placeIn(search, settings) is 0 to 1 along the scale, and the middle of what is held back', () => {
  const places = placeIn(search, { 'schedule.peak': 0.1, epochs: 8, averaging: 'none' });
  assert.deepEqual(places, [0.5, 1, 0.25, 0.5]);
});

for (const name of Object.keys(searches)) {
  test(`the search ${name} begins with its recipe's own settings, and conditions refer upwards`, () => {
    const named = namedSearch(name);
    assert.deepEqual(recipeWith(named, handMadeSettings(named)), named.recipe);
    const paths = settingsOf(named).map(([path]) => path);
    settingsOf(named).forEach(([, { when }], place) => {
      if (when !== undefined) assert.ok(paths.indexOf(when.setting) < place);
    });
  });

  test(`every point of the search ${name} gives a recipe, and lies in the unit cube`, () => {
    const named = namedSearch(name);
    const places = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
      minLength: settingsOf(named).length,
      maxLength: settingsOf(named).length,
    });
    fc.assert(
      fc.property(places, (point) => {
        const given = settingsAt(named, point);
        assert.equal(recipeWith(named, given).name, named.recipe.name);
        for (const place of placeIn(named, given)) assert.ok(place >= -1e-9 && place <= 1 + 1e-9);
      }),
    );
  });
}

test('namedSearch(name) names those that there are', () => {
  assert.throws(() => namedSearch('toString'), /no search "toString": expected smoke or quick/);
});

/** The settings at a place of the unit cube, as a sampler would draw them. */
function settingsAt(named: Search, point: number[]): Settings {
  const drawn: Settings = {};
  settingsOf(named).forEach(([path, setting], index) => {
    const { when } = setting;
    if (when !== undefined && !when.is.includes(String(drawn[when.setting]))) return;
    if (setting.kind === 'choice') {
      const names = Object.keys(setting.options);
      drawn[path] = names[Math.min(names.length - 1, Math.floor(point[index] * names.length))];
      return;
    }
    const { low, high } = setting;
    const value = low + point[index] * (high - low);
    drawn[path] = Math.min(high, setting.whole ? Math.round(value) : value);
  });
  return drawn;
}
