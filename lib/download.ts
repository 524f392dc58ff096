/** Fetches a file from one of several addresses, and keeps it only if it is the right one. */
import { readFile, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { renameAndFlush, sha256 } from './integrity';
import { TransferError, transfer } from './transfer';

/** How far the transfer of one file is, in bytes. */
export interface FileProgress {
  file: string;
  received: number;
  total: number;
}

export interface DownloadOptions {
  /** The file's length. */
  bytes: number;
  /** The file's SHA-256. */
  checksum: string;
  onProgress?: (progress: FileProgress) => void;
  /** Milliseconds without a single byte after which an address is given up for now. */
  timeout?: number;
  /** How often the addresses are gone through. */
  attempts?: number;
  /** Milliseconds before the second round, doubled before each further one. */
  firstPause?: number;
  /** Stops the download; what has arrived stays and is continued by the next call. */
  signal?: AbortSignal;
}

type Settings = DownloadOptions & { path: string; timeout: number };

/**
 * Downloads a file to `path`, from the first of `urls` that gives it. Until its checksum is right it is
 * called `path.part`; a partial file is continued where it ends, also by a later call.
 *
 * @throws if no address gave the file, with the reason of each; what the disk says if it is full or
 *   read-only; or the signal's reason. `path` is then untouched.
 */
export async function download(
  urls: readonly string[],
  path: string,
  { timeout = 30_000, attempts = 3, firstPause = 1000, ...options }: DownloadOptions,
): Promise<void> {
  const failures = new Map<string, TransferError>();
  for (let round = 0; round < attempts; round++) {
    const promising = urls.filter((url) => failures.get(url)?.final !== true);
    if (promising.length === 0) break;
    if (round > 0) await backOff(firstPause * 2 ** (round - 1), options.signal);
    for (const url of promising) {
      const failure = await downloadFrom(url, { ...options, path, timeout });
      if (failure === undefined) return;
      failures.set(url, failure);
    }
  }
  const reasons = [...failures].map(([url, { message }]) => `\n  ${url}: ${message}`);
  throw new Error(`${basename(path)} could not be downloaded:${reasons.join('')}`);
}

/** Waits for the time or up to half of it longer, so that many clients do not come back at once. */
async function backOff(milliseconds: number, signal?: AbortSignal): Promise<void> {
  try {
    await pause(milliseconds * (1 + Math.random() / 2), undefined, { signal });
  } finally {
    signal?.throwIfAborted();
  }
}

/** Returns why this address failed, or `undefined` if the file is there. Throws all other errors. */
async function downloadFrom(url: string, settings: Settings): Promise<TransferError | undefined> {
  const { path, bytes, onProgress } = settings;
  const file = basename(path);
  const onReceived = (received: number) => onProgress?.({ file, received, total: bytes });
  try {
    await transfer(url, `${path}.part`, { ...settings, onReceived });
    await accept(`${path}.part`, settings);
    return undefined;
  } catch (error) {
    if (error instanceof TransferError) return error;
    throw error;
  }
}

/** Gives the partial file its name if it is the right file, else removes it. */
async function accept(part: string, { path, checksum }: Settings): Promise<void> {
  const found = sha256(await readFile(part));
  if (found !== checksum) {
    await rm(part);
    throw new TransferError(`wrong content: SHA-256 ${found}, expected ${checksum}`, false);
  }
  await renameAndFlush(part, path);
}
