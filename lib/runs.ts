/** Training runs as they are stored: a folder in `logs/` each, with `record.json` and `history.jsonl`. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  makeFolder,
  reasonOf,
  renameAndFlush,
  sha256,
  temporaryPath,
  writeFileAtomically,
} from './integrity';
import { isLocked } from './lock';
import { paths } from './paths';
import { readRecord, writeRecord } from './record';
import { formatHistory, parseHistory, type RunRecord, runShape } from './run-record';
import { demandFolder } from './stored-folder';
import type { Epoch } from './training';

/** A run as it was read. */
export interface StoredRun {
  folder: string;
  record: RunRecord;
  history: Epoch[];
}

export interface Place {
  /** Where the runs are, instead of `logs/`. */
  logs?: string;
}

/**
 * Reads a run. One that says it is running while no process is at it counts as interrupted.
 *
 * @param name its folder's name in `logs/`; `published/<name>` for a published one
 * @throws if there is no such run, with those that there are; if a file is missing, cut off, wrong or another
 *   run's, with the file and the field
 */
export async function readRun(name: string, place: Place = {}): Promise<StoredRun> {
  const { folder, record } = await readRunRecord(name, place);
  return { folder, record, history: await readHistory(folder, record) };
}

/** Does the same without the history. */
export async function readRunRecord(
  name: string,
  { logs = paths.logs }: Place = {},
): Promise<Omit<StoredRun, 'history'>> {
  const [group, inner] = name.startsWith('published/') ? ['published', name.slice(10)] : ['', name];
  const folder = runFolder(inner, { logs: join(logs, group) });
  await demandFolder(folder, { kind: 'run', file: 'record.json' });
  const path = join(folder, 'record.json');
  const record = await readRecord<RunRecord>(path, runShape);
  if (record.name !== inner) {
    throw new Error(`${path} is the record of the run ${record.name}: put that of ${inner} back.`);
  }
  const abandoned = record.state === 'running' && !(await isLocked(folder));
  return { folder, record: abandoned ? { ...record, state: 'interrupted' } : record };
}

/** Returns the epochs of a run, whose file is one that its record tells of. */
async function readHistory(folder: string, { historyChecksums }: RunRecord): Promise<Epoch[]> {
  const path = join(folder, 'history.jsonl');
  const content = await readFile(path, 'utf8').catch((error) => {
    throw new Error(`${path} cannot be read: ${reasonOf(error)}`, { cause: error });
  });
  const history = parseHistory(content, path);
  const found = sha256(content);
  if (historyChecksums.includes(found)) return history;
  throw new Error(
    `${path} is not the one that record.json tells of: its SHA-256 is ${found}, expected ` +
      `${historyChecksums.join(' or ')}. Put the original back; a run that is resumed makes it anew.`,
  );
}

export interface ListOptions extends Place {
  /** Lists those in `logs/published/` instead. */
  published?: boolean;
  /** Told about a run that cannot be read; a warning by default. */
  onProblem?: (problem: string) => void;
}

/** Returns all runs that can be read, the latest first. */
export async function listRuns({
  logs = paths.logs,
  published = false,
  onProblem = console.warn,
}: ListOptions = {}): Promise<StoredRun[]> {
  const prefix = published ? 'published/' : '';
  const entries = await readdir(join(logs, prefix), { withFileTypes: true }).catch(() => []);
  const runs: StoredRun[] = [];
  for (const entry of entries.filter((each) => each.isDirectory() && isRunName(each.name))) {
    try {
      runs.push(await readRun(prefix + entry.name, { logs }));
    } catch (error) {
      onProblem(reasonOf(error));
    }
  }
  return runs.sort((first, second) => second.record.start.localeCompare(first.record.start));
}

/**
 * Copies a finished run's record and history to `logs/published/<publishedName>/`, which is committed.
 *
 * @returns the new folder
 * @throws if the run is not finished, or if the published name is taken
 */
export async function publishRun(
  name: string,
  publishedName: string,
  { logs = paths.logs }: Place = {},
): Promise<string> {
  const { record, history } = await readRun(name, { logs });
  if (record.state !== 'finished') {
    throw new Error(`The run ${name} is ${record.state}: only a finished run can be published.`);
  }
  const folder = runFolder(publishedName, { logs: join(logs, 'published') });
  await storeNewRun({ folder, record: { ...record, name: publishedName }, history });
  return folder;
}

/** Stores a run under a name that must be new: of two processes that try, one succeeds. */
export async function storeNewRun({ folder, record, history }: StoredRun): Promise<void> {
  const temporary = temporaryPath(folder);
  const content = formatHistory(history);
  try {
    await makeFolder(temporary);
    const sealed: RunRecord = { ...record, historyChecksums: [sha256(content)] };
    await writeRecord(join(temporary, 'record.json'), sealed);
    await writeFileAtomically(join(temporary, 'history.jsonl'), content);
    await renameAndFlush(temporary, folder);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
    if (isTaken(folder, error)) throw taken(record.name, folder);
    throw new Error(`The run ${folder} could not be stored: ${reasonOf(error)}`, { cause: error });
  }
}

/** Whether a run could not be stored as another one has the name, and may have cleared this one away. */
function isTaken(folder: string, error: unknown): boolean {
  const { code, cause } = error as NodeJS.ErrnoException;
  const said = code ?? (cause as NodeJS.ErrnoException | undefined)?.code ?? '';
  return ['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(said) && existsSync(folder);
}

/** Makes a folder that must be new: of two processes that try, one succeeds. */
export async function makeRunFolder(folder: string, name: string): Promise<void> {
  await mkdir(join(folder, '..'), { recursive: true });
  await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EEXIST' ? taken(name, folder) : error;
  });
}

/** Returns the folder of a run's name, which may be a folder's name and nothing else. */
export function runFolder(name: string, { logs = paths.logs }: Place = {}): string {
  if (isRunName(name)) return join(logs, name);
  throw new Error(
    `A run cannot be named ${JSON.stringify(name)}: expected up to 100 letters, digits, ` +
      '".", "_" and "-", the first a letter or a digit, and not "published" or "tuning".',
  );
}

function isRunName(name: string): boolean {
  return (
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name) && !/^published$|^tuning$|\.tmp$/.test(name)
  );
}

function taken(name: string, folder: string): Error {
  return new Error(
    `There is a run named ${name}: resume it, or take another name, or remove ${folder}.`,
  );
}
