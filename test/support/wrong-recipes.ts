/** Recipes with one thing wrong, for property tests. */
import fc from 'fast-check';

const values: unknown[] = [
  undefined,
  null,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  -1,
  -0,
  0,
  0.5,
  1,
  1.5,
  3,
  2 ** 31,
  1e308,
  5e-324,
  '',
  '0.1',
  'toString',
  '__proto__',
  true,
  [],
  [Number.NaN],
  [1e9],
  [[1]],
  {},
  { kind: 'constructor' },
  { kind: 'none' },
  () => 1,
  10n,
];

/** A way into a recipe: the names and places of its settings. */
type Path = string[];

/** Returns recipes of which one setting, deep inside or not, was replaced, left out or added. */
export function wrongRecipe(recipes: readonly object[]): fc.Arbitrary<unknown> {
  return fc.constantFrom(...recipes).chain((recipe) =>
    fc
      .record({
        path: fc.constantFrom(...pathsIn(recipe)),
        edit: fc.oneof(
          { weight: 8, arbitrary: fc.constantFrom(...values).map((value) => ({ value })) },
          { weight: 1, arbitrary: fc.constant('remove' as const) },
          { weight: 1, arbitrary: fc.constant('misspell' as const) },
        ),
      })
      .map(({ path, edit }) => edited(recipe, path, edit)),
  );
}

function pathsIn(value: unknown): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    [name],
    ...pathsIn(inner).map((rest) => [name, ...rest]),
  ]);
}

function edited(
  recipe: object,
  path: Path,
  edit: { value: unknown } | 'remove' | 'misspell',
): unknown {
  const copy = structuredClone(recipe) as Record<string, unknown>;
  const last = path[path.length - 1];
  const holder = path
    .slice(0, -1)
    .reduce((inner, name) => inner[name] as Record<string, unknown>, copy);
  if (typeof edit === 'object') holder[last] = edit.value;
  if (edit === 'misspell') holder[`${last}s`] = holder[last];
  if (edit !== 'misspell' && typeof edit !== 'object') delete holder[last];
  return copy;
}
