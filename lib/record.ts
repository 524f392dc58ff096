/**
 * Records: JSON files whose fields are checked when they are read. Their last field, `checksum`, is the
 * SHA-256 of all the others: a number that was changed by accident is never taken for a measured one.
 */
import { readFile } from 'node:fs/promises';
import { reasonOf, sha256, writeFileAtomically } from './integrity';

/** What a field must hold, and how an error says so. */
export interface Rule {
  expected: string;
  holds(value: unknown): boolean;
}

/** The fields that a record must have; it may have others. */
export interface Shape {
  [field: string]: Rule | Shape;
}

export const text: Rule = { expected: 'a text', holds: (value) => typeof value === 'string' };

export const flag: Rule = {
  expected: 'true or false',
  holds: (value) => typeof value === 'boolean',
};

export const date: Rule = {
  expected: 'a date such as 2026-01-31T12:00:00.000Z',
  holds: (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
};

export const list: Rule = { expected: 'a list', holds: Array.isArray };

export const numbers: Rule = {
  expected: 'an object of numbers',
  holds: (value) => isObject(value) && Object.values(value).every(Number.isFinite),
};

/** Numbers, whole ones if so said, in a range with both its ends. */
export function number({
  least = Number.NEGATIVE_INFINITY,
  most = Number.POSITIVE_INFINITY,
  whole = false,
} = {}): Rule {
  const kind = whole ? 'a whole number' : 'a number';
  const from = least === Number.NEGATIVE_INFINITY ? '' : ` from ${least}`;
  const to = most === Number.POSITIVE_INFINITY ? '' : ` to ${most}`;
  return {
    expected: `${kind}${from}${to}`,
    holds: (value) =>
      typeof value === 'number' &&
      (whole ? Number.isInteger(value) : Number.isFinite(value)) &&
      value >= least &&
      value <= most,
  };
}

/** Exactly one of some values. */
export function oneOf(...values: (string | number)[]): Rule {
  return {
    expected: `one of ${values.join(', ')}`,
    holds: (value) => values.some((allowed) => allowed === value),
  };
}

/** Null, or what another rule or shape asks for. */
export function orNull(rule: Rule | Shape): Rule {
  const inner = isRule(rule) ? rule.expected : `an object with ${Object.keys(rule).join(', ')}`;
  return {
    expected: `null or ${inner}`,
    holds: (value) => value === null || problemOf(value, rule, '') === undefined,
  };
}

/** A field that may be missing, and otherwise is what another rule asks for. */
export function optional(rule: Rule): Rule {
  return { ...rule, holds: (value) => value === undefined || rule.holds(value) };
}

/**
 * Reads a record.
 *
 * @throws if the file is missing, is not whole JSON, is not what was written, or a field is not as `shape`
 *   says: names file and field
 */
export async function readRecord<T>(path: string, shape: Shape): Promise<T> {
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (error) {
    throw new Error(`${path} cannot be read: ${reasonOf(error)}`, { cause: error });
  }
  return parseRecord<T>(content, shape, path);
}

/** Returns the record in a text; `source` names it in errors. */
export function parseRecord<T>(content: string, shape: Shape, source: string): T {
  const { checksum, ...record } = parseLine<{ checksum?: unknown }>(content, shape, source);
  const found = sha256(JSON.stringify(record));
  if (checksum === found) return record as T;
  throw new Error(
    `${source} is not as it was written: its checksum is ${short(checksum)}, expected "${found}". ` +
      'It was damaged or edited: put its former content back.',
  );
}

/** Returns the object in a text, such as a line of a list, that has no checksum of its own. */
export function parseLine<T>(content: string, shape: Shape, source: string): T {
  const value = parseJson(content, source);
  demandShape(value, shape, source);
  return value as T;
}

/** @throws if a value is not as `shape` says, with the field; `source` names the value in errors */
export function demandShape(value: unknown, shape: Shape, source: string): void {
  const problem = problemOf(value, shape, '');
  if (problem !== undefined) throw new Error(`${source}: ${problem}.`);
}

/** Returns the value in a text; `source` names it in errors. */
export function parseJson(content: string, source: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    throw new Error(
      `${source} is not whole JSON (${content.length} characters): ${reasonOf(error)}. ` +
        'It was cut off or edited: put its former content back.',
      { cause: error },
    );
  }
}

/** Writes a record so that a reader finds either this one or the one before. */
export async function writeRecord(path: string, record: object): Promise<void> {
  const sealed = { ...record, checksum: sha256(JSON.stringify(record)) };
  await writeFileAtomically(path, `${JSON.stringify(sealed, null, 2)}\n`);
}

/** The first thing that is wrong with a value, or undefined. */
function problemOf(value: unknown, rule: Rule | Shape, field: string): string | undefined {
  if (isRule(rule)) {
    return rule.holds(value) ? undefined : `${field} is ${short(value)}, expected ${rule.expected}`;
  }
  if (!isObject(value)) return `${field || 'the record'} is ${short(value)}, expected an object`;
  for (const [name, inner] of Object.entries(rule)) {
    const problem = problemOf(value[name], inner, field === '' ? name : `${field}.${name}`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function isRule(rule: Rule | Shape): rule is Rule {
  return typeof rule.holds === 'function';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function short(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'number') return String(value);
  const words = JSON.stringify(value, (_, inner) => (hasNoJson(inner) ? String(inner) : inner));
  return words.length > 80 ? `${words.slice(0, 77)}…` : words;
}

function hasNoJson(value: unknown): boolean {
  return typeof value === 'number'
    ? !Number.isFinite(value)
    : ['bigint', 'function', 'symbol'].includes(typeof value);
}
