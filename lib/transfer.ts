/** One transfer of a file, or of what is still missing of it, from one address. */
import { existsSync } from 'node:fs';
import { type FileHandle, open, rm, stat } from 'node:fs/promises';
import { reasonOf } from './integrity';

export interface TransferOptions {
  /** The file's length. */
  bytes: number;
  /** Milliseconds without a single byte after which the transfer is given up. */
  timeout: number;
  /** Told how many bytes of the file have arrived so far. */
  onReceived?: (received: number) => void;
  signal?: AbortSignal;
}

/** A failure of the network or of the server, where another address or another try may help. */
export class TransferError extends Error {
  constructor(
    message: string,
    /** Whether asking this address again is pointless. */
    readonly final: boolean,
  ) {
    super(message);
  }
}

/**
 * Fetches what a partial file lacks to `bytes` bytes, or all of it where the server cannot continue.
 *
 * @throws TransferError, what the disk says, or the signal's reason; what has arrived stays
 */
export async function transfer(url: string, part: string, options: TransferOptions): Promise<void> {
  options.signal?.throwIfAborted();
  const start = await usableBytes(part, options.bytes);
  if (start === options.bytes) return;
  const line = openLine(options);
  try {
    const answer = await ask(url, start, line.signal);
    await checkAnswer(answer, part, { start, bytes: options.bytes });
    const file = await open(part, answer.status === 206 ? 'a' : 'w');
    try {
      await receive(answer, file, { ...options, part, refresh: line.refresh });
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    options.signal?.throwIfAborted();
    throw error;
  } finally {
    line.close();
  }
}

/** A signal that stops the transfer when the caller wants it or nothing has come for too long. */
function openLine({ timeout, signal }: TransferOptions) {
  const stopper = new AbortController();
  const stop = () => stopper.abort(signal?.reason);
  const late = () => stopper.abort(new Error(`nothing received for ${timeout / 1000} s`));
  const timer = setTimeout(late, timeout);
  signal?.addEventListener('abort', stop);
  return {
    signal: stopper.signal,
    refresh: () => timer.refresh(),
    close: () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      stopper.abort();
    },
  };
}

async function ask(url: string, start: number, signal: AbortSignal): Promise<Response> {
  // Compressed on the way, the bytes could be neither counted nor continued.
  const headers: Record<string, string> = { 'Accept-Encoding': 'identity' };
  if (start > 0) headers.Range = `bytes=${start}-`;
  try {
    return await fetch(url, { headers, signal });
  } catch (error) {
    throw new TransferError(networkReason(error), false);
  }
}

interface Expected {
  start: number;
  bytes: number;
}

async function checkAnswer(answer: Response, part: string, expected: Expected): Promise<void> {
  const { status } = answer;
  if (status === 416) await rm(part, { force: true });
  if (status !== 200 && status !== 206) {
    const later = status >= 500 || status === 408 || status === 416 || status === 429;
    throw new TransferError(`answered ${status} ${answer.statusText}`.trim(), !later);
  }
  const range = `bytes ${expected.start}-${expected.bytes - 1}/${expected.bytes}`;
  const foundRange = answer.headers.get('content-range');
  if (status === 206 && foundRange !== range) {
    throw new TransferError(`sent the range "${foundRange}", expected "${range}"`, true);
  }
  const length = answer.headers.get('content-length');
  if (status === 200 && length !== null && Number(length) !== expected.bytes) {
    throw new TransferError(`has ${length} bytes, expected ${expected.bytes}`, true);
  }
}

type Receiving = TransferOptions & { part: string; refresh: () => void };

async function receive(
  answer: Response,
  file: FileHandle,
  { part, bytes, refresh, onReceived }: Receiving,
): Promise<void> {
  let received = (await file.stat()).size;
  for await (const chunk of chunksOf(answer)) {
    refresh();
    received += chunk.length;
    if (received > bytes) {
      await rm(part);
      throw new TransferError(`sent more than the expected ${bytes} bytes`, true);
    }
    await file.writeFile(chunk);
    onReceived?.(received);
  }
  if (received < bytes) {
    throw new TransferError(`the connection ended after ${received} of ${bytes} bytes`, false);
  }
}

async function* chunksOf(answer: Response): AsyncGenerator<Uint8Array> {
  if (answer.body === null) return;
  try {
    yield* answer.body;
  } catch (error) {
    throw new TransferError(networkReason(error), false);
  }
}

/** The built-in fetch says "fetch failed"; what failed is in the error's cause, maybe only as a code. */
function networkReason(error: unknown): string {
  const cause = error instanceof Error ? (error.cause as NodeJS.ErrnoException) : undefined;
  return cause?.message || cause?.code || reasonOf(error);
}

/** How long the partial file is; one that is too long cannot be part of the file and is removed. */
async function usableBytes(part: string, bytes: number): Promise<number> {
  const present = existsSync(part) ? (await stat(part)).size : 0;
  if (present <= bytes) return present;
  await rm(part);
  return 0;
}
