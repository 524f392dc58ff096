/** What can become of a file's bytes, for property tests. */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';

export interface Damage {
  bytes: Buffer;
  /** In words, for a failing test. */
  what: string;
}

/**
 * Returns damaged versions of a file: cut off, with bits flipped, bytes replaced, a block emptied, repeated or
 * taken out, or with something behind it. Every region is hit: the first bytes, the last, and all between.
 */
export function damaged(intact: Uint8Array): fc.Arbitrary<Damage> {
  const end = intact.length;
  const place = fc.oneof(
    fc.nat(Math.min(64, end - 1)),
    fc.nat(end - 1),
    fc.nat(Math.min(64, end - 1)).map((back) => end - 1 - back),
  );
  const block = fc.tuple(place, fc.integer({ min: 1, max: 4096 }));
  const change = (what: string, edit: (bytes: Buffer) => Uint8Array): Damage => ({
    what,
    bytes: Buffer.from(edit(Buffer.from(intact))),
  });
  return fc.oneof(
    place.map((at) => change(`cut off at ${at}`, (bytes) => bytes.subarray(0, at))),
    fc.tuple(place, fc.nat(7)).map(([at, bit]) =>
      change(`bit ${bit} of byte ${at} flipped`, (bytes) => {
        bytes[at] ^= 1 << bit;
        return bytes;
      }),
    ),
    fc.tuple(place, fc.integer({ min: 0, max: 255 })).map(([at, value]) =>
      change(`byte ${at} made ${value}`, (bytes) => {
        bytes[at] = value;
        return bytes;
      }),
    ),
    block.map(([at, length]) =>
      change(`${length} bytes from ${at} emptied`, (bytes) =>
        bytes.fill(0, at, Math.min(end, at + length)),
      ),
    ),
    block.map(([at, length]) =>
      change(`${length} bytes from ${at} taken out`, (bytes) =>
        Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]),
      ),
    ),
    block.map(([at, length]) =>
      change(`${length} bytes from ${at} repeated`, (bytes) =>
        Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]),
      ),
    ),
    fc
      .uint8Array({ minLength: 1, maxLength: 64 })
      .map((tail) => change(`${tail.length} bytes added`, (bytes) => Buffer.concat([bytes, tail]))),
  );
}

/**
 * Reads damaged bytes: the result is as before, where the damage changed nothing that counts, or an error
 * that names the file.
 *
 * @throws if it is neither
 */
export async function demandNoticed<T>(
  intact: T,
  file: string,
  read: () => T | Promise<T>,
): Promise<'noticed' | 'harmless'> {
  let found: T;
  try {
    found = await read();
  } catch (error) {
    if (error instanceof Error && error.message.includes(file)) return 'noticed';
    throw new Error(`The error does not name ${file}: ${error}`, { cause: error });
  }
  if (isDeepStrictEqual(found, intact)) return 'harmless';
  throw new Error(`Something else was read from ${file}, and nobody noticed.`);
}
