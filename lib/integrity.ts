/** Bytes on disk that can be trusted: checksums, and writes that happen whole or not at all. */
import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

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
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeAndFlush(await open(temporary, 'wx'), content);
    await renameAndFlush(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new Error(`${path} could not be written: ${reasonOf(error)}`, { cause: error });
  }
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
