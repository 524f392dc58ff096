/** Searches for settings: which parts of a recipe vary, between what ends, and how much is spent. */
import { isDeepStrictEqual } from 'node:util';
import type { Recipe } from './recipes';

/** The parts of plain data by their path, such as `schedule.peak`; lists only as a whole. */
type PathOf<T> = T extends readonly unknown[]
  ? never
  : T extends object
    ? { [Key in keyof T & string]: Key | `${Key}.${PathOf<T[Key]>}` }[keyof T & string]
    : never;

/** What lies at a path; of a union, what its members have there. */
type ValueAt<T, Path extends string> = T extends unknown
  ? Path extends `${infer Key}.${infer Rest}`
    ? Key extends keyof T
      ? ValueAt<T[Key], Rest>
      : never
    : Path extends keyof T
      ? T[Path]
      : never
  : never;

/** The parts of a recipe that a search may change: the seed is not one of them. */
export type RecipePath = Exclude<PathOf<Recipe>, 'name' | 'seed'>;

/** Holds a setting back unless an earlier choice fell on one of some options. */
export interface Condition {
  setting: string;
  is: string[];
}

/** A number between two ends, both included. */
export interface Range {
  kind: 'range';
  low: number;
  high: number;
  /** Logarithmic where factors count, not differences. */
  scale: 'linear' | 'logarithmic';
  whole: boolean;
  unit: string;
  when?: Condition;
}

/** One of a few values, each with a name, by which records and charts call it. */
export interface Choice<Value = unknown> {
  kind: 'choice';
  options: Record<string, Value>;
  when?: Condition;
}

export type Setting = Range | Choice;

/** What varies, by its path in the recipe; conditions refer to settings further up. */
export type Space = {
  [Path in RecipePath]?:
    | Choice<ValueAt<Recipe, Path>>
    | ([Extract<ValueAt<Recipe, Path>, number>] extends [never] ? never : Range);
};

/** One point of a space: numbers of ranges, names of options; what is held back is left out. */
export type Settings = Record<string, number | string>;

export interface Search {
  /** What stays as it is; its own values of the settings are the first trial. */
  recipe: Recipe;
  space: Space;
  trials: number;
  /** How many of the training images the trials see; all if left out. */
  images?: number;
  /**
   * Asynchronous successive halving (Li et al., "A system for massively parallel hyperparameter tuning",
   * 2020): after `first`, `first · factor`, `first · factor²` … epochs only the best of every `factor`
   * trials so far go on. Without it every trial is trained to its end.
   */
  pruning?: { first: number; factor: number };
}

interface RangeOptions {
  unit: string;
  whole?: boolean;
  when?: Condition;
}

/** A range in which differences count. */
export function linear(low: number, high: number, options: RangeOptions): Range {
  return { kind: 'range', low, high, scale: 'linear', whole: false, ...options };
}

/** A range in which factors count, such as that of a learning rate. */
export function logarithmic(low: number, high: number, options: RangeOptions): Range {
  return { kind: 'range', low, high, scale: 'logarithmic', whole: false, ...options };
}

/** A few values by their names. */
export function choice<Value>(options: Record<string, Value>, when?: Condition): Choice<Value> {
  return { kind: 'choice', options, ...(when && { when }) };
}

/** The settings of a space, with their paths, in its order. */
export function settingsOf({ space }: Pick<Search, 'space'>): [string, Setting][] {
  return Object.entries(space as Record<string, Setting>);
}

/**
 * Returns a search's recipe with the settings of one trial.
 *
 * @throws RangeError if a setting is unknown, outside its ends, missing, or held back by its condition
 */
export function recipeWith(
  search: Pick<Search, 'recipe' | 'space'>,
  settings: Settings,
  seed = search.recipe.seed,
): Recipe {
  const known = settingsOf(search);
  const unknown = Object.keys(settings).find((path) => !known.some(([other]) => other === path));
  if (unknown !== undefined) {
    throw new RangeError(
      `${unknown} is not searched: expected ${known.map(([path]) => path).join(', ') || 'nothing'}.`,
    );
  }
  const recipe: Recipe = { ...structuredClone(search.recipe), seed };
  for (const [path, setting] of known) {
    if (isActive(setting, settings)) put(recipe, path, parse(path, setting, settings[path]));
    else if (path in settings) throw new RangeError(`${path} is set although it is held back.`);
  }
  return recipe;
}

/**
 * Returns the settings that give the search's recipe as it is: the hand-made ones.
 *
 * @throws RangeError if a value of the recipe is outside the space, or if a range has no room
 */
export function handMadeSettings(search: Pick<Search, 'recipe' | 'space'>): Settings {
  const settings: Settings = {};
  for (const [path, setting] of settingsOf(search)) {
    if (!isActive(setting, settings)) continue;
    const value = read(search.recipe, path);
    settings[path] = setting.kind === 'range' ? (value as number) : nameOf(path, setting, value);
    parse(path, setting, settings[path]);
  }
  return settings;
}

/**
 * Returns where a trial lies in each setting of a space, 0 (low end, first option) to 1; in the middle
 * where a setting is held back. Options share the range evenly, each in the middle of its part.
 */
export function placeIn(search: Pick<Search, 'space'>, settings: Settings): number[] {
  return settingsOf(search).map(([path, setting]) =>
    isActive(setting, settings) ? placeOf(setting, settings[path]) : 0.5,
  );
}

function placeOf(setting: Setting, value: number | string): number {
  if (setting.kind === 'choice') {
    const names = Object.keys(setting.options);
    return (names.indexOf(String(value)) + 0.5) / names.length;
  }
  const scaled = (end: number) => (setting.scale === 'logarithmic' ? Math.log(end) : end);
  const [low, high] = [scaled(setting.low), scaled(setting.high)];
  return (scaled(Number(value)) - low) / (high - low);
}

/** Whether a setting counts, given those further up. */
function isActive({ when }: Setting, settings: Settings): boolean {
  return when === undefined || when.is.includes(String(settings[when.setting]));
}

function parse(path: string, setting: Setting, value: number | string | undefined): unknown {
  if (setting.kind === 'choice') {
    if (typeof value === 'string' && Object.hasOwn(setting.options, value)) {
      return setting.options[value];
    }
    throw new RangeError(
      `${path} is ${value}: expected ${Object.keys(setting.options).join(' or ')}.`,
    );
  }
  const { low, high, scale, whole, unit } = setting;
  const valid = typeof value === 'number' && (!whole || Number.isInteger(value));
  const positive = scale === 'linear' || low > 0;
  if (valid && positive && value >= low && value <= high) return value;
  const kind = whole ? 'a whole number' : 'a number';
  throw new RangeError(
    `${path} is ${value}: expected ${kind} from ${low} to ${high} (${unit})` +
      `${positive ? '' : ', a logarithmic range being above 0'}.`,
  );
}

function nameOf(path: string, { options }: Choice, value: unknown): string {
  const found = Object.keys(options).find((name) => isDeepStrictEqual(options[name], value));
  if (found !== undefined) return found;
  throw new RangeError(
    `${path} of the recipe is ${JSON.stringify(value)}, which is not among the options.`,
  );
}

function read(recipe: Recipe, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((inner, key) => (inner as Record<string, unknown>)?.[key], recipe);
}

function put(recipe: Recipe, path: string, value: unknown): void {
  const keys = path.split('.');
  const last = keys.pop() as string;
  const inner = keys.length === 0 ? recipe : read(recipe, keys.join('.'));
  if (typeof inner !== 'object' || inner === null) {
    throw new RangeError(`${path} is searched, but the recipe has no ${keys.join('.')}.`);
  }
  // Options are shared between trials: what is put into one recipe must not show up in another.
  (inner as Record<string, unknown>)[last] = structuredClone(value);
}
