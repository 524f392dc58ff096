import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import {
  date,
  demandShape,
  flag,
  list,
  number,
  numbers,
  oneOf,
  optional,
  orNull,
  parseRecord,
  type Rule,
  readRecord,
  text,
  writeRecord,
} from '../lib/record';
import { temporaryFolder } from './support/folder';

const folder = temporaryFolder();

test('rules hold for what they say and for nothing else', () => {
  const cases: [Rule, unknown[], unknown[]][] = [
    [text, ['', 'a'], [1, null, undefined]],
    [flag, [true, false], [0, 'true']],
    [date, ['2026-01-31T12:00:00.000Z'], ['31st', 5, null]],
    [list, [[], [1]], [{}, 'a']],
    [numbers, [{}, { a: 1 }], [{ a: '1' }, { a: null }, [1], null]],
    [number(), [0, -1.5], ['0', Number.NaN, Number.POSITIVE_INFINITY, null]],
    [number({ least: 0, most: 1 }), [0, 0.5, 1], [-0.1, 1.1]],
    [number({ whole: true }), [3], [3.5]],
    [oneOf('a', 2), ['a', 2], ['b', '2', undefined]],
    [orNull(text), [null, 'a'], [undefined, 1]],
    [orNull({ a: text }), [null, { a: '' }], [{}, [], 'a']],
    [optional(text), [undefined, 'a'], [null, 1]],
  ];
  for (const [rule, good, bad] of cases) {
    for (const value of good) assert.equal(rule.holds(value), true, `${rule.expected}: ${value}`);
    for (const value of bad) assert.equal(rule.holds(value), false, `${rule.expected}: ${value}`);
  }
});

test('demandShape(value, shape, source) names the source, the inner field and both values', () => {
  const shape = { outer: { inner: number({ least: 1, most: 3 }) } };
  demandShape({ outer: { inner: 2, more: 0 } }, shape, 'x.json');
  assert.throws(() => demandShape({ outer: { inner: 4 } }, shape, 'x.json'), {
    message: 'x.json: outer.inner is 4, expected a number from 1 to 3.',
  });
  assert.throws(
    () => demandShape({ outer: 'a'.repeat(1000) }, shape, 'x.json'),
    ({ message }: Error) => message.length < 150,
  );
});

test('writeRecord(path, record) and readRecord(path, shape) make a round trip', async () => {
  const path = join(folder, 'record.json');
  await writeRecord(path, { name: 'first', steps: [1, 2], none: undefined });
  assert.match(readFileSync(path, 'utf8'), /,\n {2}"checksum": "[0-9a-f]{64}"\n\}\n$/);
  assert.deepEqual(await readRecord(path, { name: text }), { name: 'first', steps: [1, 2] });
});

test('parseRecord(content, shape, source) refuses every change but one of spaces, and names the source', async () => {
  const path = join(folder, 'sealed.json');
  const record = { name: 'first', accuracy: 0.9455, inner: { steps: [1, 22, -3e-5], none: null } };
  await writeRecord(path, record);
  const content = readFileSync(path);
  const read = (bytes: Uint8Array) =>
    parseRecord(Buffer.from(bytes).toString(), { name: text }, 'a/record.json');
  const change = fc.oneof(
    fc.tuple(fc.nat(content.length - 1), fc.nat(255)).map(([place, value]) => {
      const bytes = Buffer.from(content);
      bytes[place] = value;
      return bytes;
    }),
    fc.nat(content.length - 1).map((length) => content.subarray(0, length)),
  );
  fc.assert(
    fc.property(change, (bytes) => {
      try {
        assert.deepEqual(read(bytes), record);
      } catch (error) {
        assert.match((error as Error).message, /^a\/record\.json/);
      }
    }),
    { numRuns: 3000 },
  );
  const edited = content.toString().replace('0.9455', '0.9999');
  assert.throws(() => read(Buffer.from(edited)), /is not as it was written: its checksum is/);
});

test('readRecord(path) of a missing file throws an error that names it', async () => {
  const path = join(folder, 'missing.json');
  await assert.rejects(readRecord(path, {}), ({ message }: Error) => {
    return message.startsWith(`${path} cannot be read: ENOENT`);
  });
});
