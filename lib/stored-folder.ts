/** Folders that a user names: runs, models, searches. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { paths } from './paths';

/** No more names than these are told. */
const MOST = 12;

export interface StoredKind {
  /** What the folder is: a run, a model or a search. */
  kind: string;
  /** The file that each such folder has. */
  file: string;
}

/** @throws if there is no folder of that name, with the names of those beside it that have the file */
export async function demandFolder(folder: string, { kind, file }: StoredKind): Promise<void> {
  if (existsSync(folder)) return;
  const home = dirname(folder);
  const entries = await readdir(home).catch((): string[] => []);
  const names = entries.filter((name) => existsSync(join(home, name, file))).sort();
  const inside = relative(paths.root, home);
  const place = inside.startsWith('..') ? home : inside;
  throw new Error(`There is no ${kind} "${basename(folder)}" in ${place}/: ${offered(names)}.`);
}

function offered(names: readonly string[]): string {
  if (names.length === 0) return 'it holds none yet';
  const rest = names.length - MOST;
  return `expected ${names.slice(0, MOST).join(', ')}${rest > 0 ? ` or one of ${rest} more` : ''}`;
}
