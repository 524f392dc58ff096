/** Runs a search that is planned, or the rest of one that was interrupted, through the driver in Python. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onInterrupt } from './interrupt';
import { lockFolder } from './lock';
import { paths } from './paths';
import { readPlan, readTrials, type StoredSearch, type Trial } from './search-record';
import { findSource } from './source';

export interface SearchRunOptions {
  /** Called with all trials after each change of one. */
  onChange?(trials: readonly Trial[]): void;
  /** Told what the set-up of the Python environment says. */
  onWords?(line: string): void;
}

/** What the driver says. */
type Line = { event: 'start' | 'end' } | { event: 'trial'; trial: Trial };

/**
 * Runs the trials of a search that are not over, until all are, its hours are up, or the user interrupts.
 * Whatever happens, running it again goes on.
 *
 * @param folder with a `search.json`; in it grows `trials.jsonl`
 * @throws if another process is at it, or if the driver fails, with what it said last
 */
export async function runSearch(
  folder: string,
  options: SearchRunOptions = {},
): Promise<StoredSearch> {
  const lock = await lockFolder(folder);
  try {
    await drive(folder, options);
  } finally {
    await lock.release();
  }
  return {
    folder,
    plan: await readPlan(join(folder, 'search.json')),
    trials: await readTrials(join(folder, 'trials.jsonl')),
  };
}

async function drive(folder: string, { onChange, onWords }: SearchRunOptions): Promise<void> {
  const trials = await readTrials(join(folder, 'trials.jsonl'));
  const driver = startDriver(folder, (await findSource()).folder);
  const endListening = onInterrupt(() => driver.kill('SIGINT'));
  let said = '';
  driver.stderr.on('data', (bytes) => {
    said = (said + bytes).slice(-4000);
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    driver.once('error', reject);
    driver.once('close', resolve);
  });
  try {
    for await (const text of createInterface({ input: driver.stdout })) {
      const line = lineOf(text);
      if (line === undefined) onWords?.(text);
      if (line?.event !== 'trial') continue;
      trials[line.trial.number - 1] = line.trial;
      onChange?.(trials);
    }
  } finally {
    // Whatever went wrong here: nobody else may begin before the driver has ended.
    driver.stdin.end();
    // Unread words would keep it from ending.
    driver.stdout.resume();
    await ended;
    endListening();
  }
  const code = await ended;
  if (code !== 0) throw new Error(`The driver of the search ended with code ${code}:\n${said}`);
}

/** What the driver says, if it is that: libraries of Python write lines of their own. */
function lineOf(text: string): Line | undefined {
  try {
    const line: Line = JSON.parse(text);
    return line.event === undefined ? undefined : line;
  } catch {
    return undefined;
  }
}

/** In a group of its own, so that Ctrl-C reaches it once, from here; it ends when its input is closed. */
function startDriver(folder: string, data: string) {
  return spawn(process.execPath, [join('scripts', 'tune', 'start.mjs'), folder, data], {
    cwd: paths.root,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}
