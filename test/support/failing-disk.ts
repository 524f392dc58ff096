/** A disk that fails or dies at a chosen moment, between any two operations on files of `lib/`. */
import fs, { type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Operations that change what is on the disk; reading goes on. */
const changing = ['mkdir', 'open', 'rename', 'rm'] as const;
const changingHandle = ['sync', 'writeFile'] as const;

export interface Disk {
  /** Changes asked for so far. */
  count: number;
}

export interface Failure {
  /** The change that fails, counted from 0. */
  at: number;
  /** What it says; a death keeps all later changes from happening, as if the process was killed. */
  code: 'ENOSPC' | 'EIO' | 'EROFS' | 'death';
}

type Method = (...parameters: unknown[]) => Promise<unknown>;

/** Runs `body` on a disk that fails, and mends the disk again; what `body` throws is thrown. */
export async function onFailingDisk(
  { at, code }: Failure,
  body: (disk: Disk) => Promise<void>,
): Promise<void> {
  const disk: Disk = { count: 0 };
  const fails = () => {
    const number = disk.count++;
    return code === 'death' ? number >= at : number === at;
  };
  const mend = [
    ...replace(fs, changing, (method) => failing(method, { fails, code })),
    ...replace(await handlePrototype(), changingHandle, (method) =>
      failing(method, { fails, code }),
    ),
  ];
  try {
    await body(disk);
  } finally {
    for (const restore of mend) restore();
  }
}

/** Reading a file needs no room; a write that fails has written half. */
function failing(method: Method, { fails, code }: { fails(): boolean; code: string }): Method {
  return async function (this: unknown, ...parameters) {
    const isReading = method.name === 'open' && parameters[1] === 'r';
    if (isReading || !fails()) return method.apply(this, parameters);
    const [content] = parameters;
    if (method.name === 'writeFile' && code === 'ENOSPC') {
      await method.call(this, half(content as string | Uint8Array));
    }
    // As Node says it: with the path where it was given one, not where a file was open already.
    const path = method.name === 'writeFile' || content === undefined ? '' : ` '${content}'`;
    throw Object.assign(new Error(`${code}: a failing disk, ${method.name}${path}`), { code });
  };
}

function half(content: string | Uint8Array): string | Uint8Array {
  return content.slice(0, content.length >> 1);
}

function replace<Name extends string>(
  target: object,
  names: readonly Name[],
  change: (method: Method) => Method,
): (() => void)[] {
  const methods = target as Record<Name, Method>;
  return names.map((name) => {
    const original = methods[name];
    methods[name] = change(original);
    return () => {
      methods[name] = original;
    };
  });
}

async function handlePrototype(): Promise<object> {
  const handle: FileHandle = await fs.open(join(tmpdir()), 'r');
  await handle.close();
  return Object.getPrototypeOf(handle);
}
