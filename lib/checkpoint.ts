/**
 * Checkpoints: all that the rest of a training depends on, in one file that is either whole or refused.
 *
 * A file holds: 8 bytes of name and version, the SHA-256 of all that follows, the length of a JSON
 * header (uint32, little-endian), the header, and the numbers of the arrays one after the other.
 */
import { readdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { makeFolder, reasonOf, sha256, writeFileAtomically } from './integrity';

const MAGIC = 'FMCKPT01';
const DIGEST_BYTES = 32;
const KEPT_FILES = 2;

const arrayTypes = { Float32Array, Int32Array, Uint8Array };
type ArrayTypeName = keyof typeof arrayTypes;
export type CheckpointArray = Float32Array | Int32Array | Uint8Array;

export interface Checkpoint<Header> {
  /** Steps done; also orders the files. */
  step: number;
  /** Whatever else is needed, as JSON. */
  header: Header;
  arrays: Record<string, CheckpointArray>;
}

interface StoredHeader<Header> {
  step: number;
  header: Header;
  arrays: { name: string; type: ArrayTypeName; length: number }[];
}

/**
 * Writes a checkpoint into `folder` and removes all but the last two, and what killed processes have left
 * half-written. Returns the file's path.
 */
export async function writeCheckpoint<Header>(
  folder: string,
  checkpoint: Checkpoint<Header>,
): Promise<string> {
  await makeFolder(folder);
  const path = join(folder, `step-${String(checkpoint.step).padStart(9, '0')}.checkpoint`);
  await writeFileAtomically(path, encodeCheckpoint(checkpoint));
  // A folder that was removed just now has nothing outdated; the next checkpoint makes it anew.
  const files = await readdir(folder).catch(() => [] as string[]);
  const checkpoints = checkpointsAmong(files);
  // Those of later steps could not be read, or this training would have gone on from them.
  const later = checkpoints.indexOf(basename(path));
  const outdated = [...checkpoints.slice(0, later), ...checkpoints.slice(later + KEPT_FILES)];
  const leftovers = files.filter((file) => file.endsWith('.tmp'));
  for (const file of [...outdated, ...leftovers]) await rm(join(folder, file), { force: true });
  return path;
}

/**
 * Reads the newest checkpoint of `folder` that is whole.
 *
 * @returns `undefined` if the folder holds no checkpoint at all
 * @throws if it cannot be listed; if it holds some, and none of them can be read: names each and what is wrong with it
 */
export async function readNewestCheckpoint<Header>(
  folder: string,
): Promise<Checkpoint<Header> | undefined> {
  const problems: string[] = [];
  const files = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  for (const file of checkpointsAmong(files)) {
    const path = join(folder, file);
    try {
      return decodeCheckpoint<Header>(await readFile(path), path);
    } catch (error) {
      problems.push(reasonOf(error));
    }
  }
  if (problems.length === 0) return undefined;
  throw new Error(`No checkpoint can be read: ${problems.join(' ')} Start the training anew.`);
}

/** The names of the checkpoints among files, newest first. */
function checkpointsAmong(files: string[]): string[] {
  return files
    .filter((file) => /^step-\d{9}\.checkpoint$/.test(file))
    .sort()
    .reverse();
}

/** The bytes of a checkpoint's file. */
export function encodeCheckpoint<Header>({ step, header, arrays }: Checkpoint<Header>): Uint8Array {
  const entries = Object.entries(arrays);
  const stored: StoredHeader<Header> = {
    step,
    header,
    arrays: entries.map(([name, array]) => ({
      name,
      type: array.constructor.name as ArrayTypeName,
      length: array.length,
    })),
  };
  const text = Buffer.from(JSON.stringify(stored));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  const numbers = entries.map(([, { buffer, byteOffset, byteLength }]) =>
    Buffer.from(buffer, byteOffset, byteLength),
  );
  const body = Buffer.concat([length, text, ...numbers]);
  return Buffer.concat([Buffer.from(MAGIC), Buffer.from(sha256(body), 'hex'), body]);
}

/**
 * The checkpoint in a file's bytes.
 *
 * @param path named in errors
 * @throws if a single bit is not as it was written
 */
export function decodeCheckpoint<Header>(bytes: Buffer, path: string): Checkpoint<Header> {
  const start = MAGIC.length + DIGEST_BYTES;
  if (bytes.length < start + 4 || bytes.subarray(0, MAGIC.length).toString('latin1') !== MAGIC) {
    throw new Error(
      `${path} is not a checkpoint of this version (it does not begin with ${MAGIC}).`,
    );
  }
  const expected = bytes.subarray(MAGIC.length, start).toString('hex');
  const found = sha256(bytes.subarray(start));
  if (found !== expected) {
    throw new Error(`${path} is damaged: its SHA-256 is ${found}, expected ${expected}.`);
  }
  const headerEnd = start + 4 + bytes.readUInt32LE(start);
  const stored = JSON.parse(
    bytes.subarray(start + 4, headerEnd).toString(),
  ) as StoredHeader<Header>;
  const { step, header } = stored;
  return { step, header, arrays: readArrays(bytes.subarray(headerEnd), stored.arrays) };
}

function readArrays(
  bytes: Buffer,
  descriptions: StoredHeader<unknown>['arrays'],
): Record<string, CheckpointArray> {
  const arrays: Record<string, CheckpointArray> = {};
  let offset = 0;
  for (const { name, type, length } of descriptions) {
    const size = length * arrayTypes[type].BYTES_PER_ELEMENT;
    // Copied, so that the numbers start where their type wants them to.
    const copy = new Uint8Array(bytes.subarray(offset, offset + size));
    arrays[name] = new arrayTypes[type](copy.buffer, 0, length);
    offset += size;
  }
  return arrays;
}
