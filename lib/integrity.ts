/** Bytes on disk that can be trusted: checksums, and writes that happen whole or not at all. */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Returns the SHA-256 of bytes or of UTF-8 text, as 64 lower-case hexadecimal digits. */
export function sha256(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/**
 * Writes a file so that `path` holds either all of the new content or what it held before, even if
 * the process is killed or the power fails: into a temporary file of the same folder, flushed, renamed.
 *
 * @throws if the folder is missing, read-only or full; no temporary file stays behind
 */
export async function writeFileAtomically(
  path: string,
  content: Uint8Array | string,
): Promise<void> {
  const temporary = temporaryPath(path);
  try {
    await writeAndFlush(await open(temporary, 'wx'), content);
    await renameAndFlush(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new Error(`${path} could not be written: ${reasonOf(error)}`, { cause: error });
  }
}

/**
 * Makes a folder and those above it, where they are missing. Node's own way to do so says of a read-only
 * disk that the folder was not found.
 *
 * @throws if it cannot be made, with what the disk says
 */
export async function makeFolder(folder: string): Promise<void> {
  if (existsSync(folder)) return;
  await makeFolder(dirname(folder));
  await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return;
    throw new Error(`The folder ${folder} could not be made: ${reasonOf(error)}`, { cause: error });
  });
}

/**
 * Finds out whether something can be written under a path, and makes the folder that it is to lie in.
 *
 * @throws if not, with what the disk says
 */
export async function demandWritable(path: string): Promise<void> {
  const folder = dirname(path);
  try {
    await makeFolder(folder);
    const trial = temporaryPath(path);
    await writeAndFlush(await open(trial, 'wx'), 'x');
    await rm(trial);
  } catch (error) {
    throw new Error(`Nothing can be written into ${folder}: ${reasonOf(error)}`, { cause: error });
  }
}

/** Returns a new name beside `path` for what is to get that name when it is whole. */
export function temporaryPath(path: string): string {
  return `${path}.${randomUUID()}.tmp`;
}

/**
 * Removes what killed processes left half-written beside `path`, under names of {@link temporaryPath}.
 * Only whoever keeps others from writing there may do so.
 */
export async function removeLeftovers(path: string): Promise<void> {
  const folder = dirname(path);
  const names = await readdir(folder).catch(() => [] as string[]);
  const start = `${basename(path)}.`;
  const leftovers = names.filter(
    (name) => name.startsWith(start) && /^[0-9a-f-]{36}\.tmp$/.test(name.slice(start.length)),
  );
  // A process that is about to be refused may still write into what is taken from it.
  const all = { recursive: true, force: true, maxRetries: 5 };
  await Promise.all(leftovers.map((name) => rm(join(folder, name), all)));
}

/** Renames a flushed file and flushes the folder's entry of it as well, so that the name lasts too. */
export async function renameAndFlush(from: string, to: string): Promise<void> {
  await rename(from, to);
  const folder = await open(dirname(to), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Returns the message of anything that was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function writeAndFlush(file: FileHandle, content: Uint8Array | string): Promise<void> {
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}
