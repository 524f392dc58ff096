/** Empty folders of the test's own, below the system's for temporary files. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Those to remove at the end. */
const folders: string[] = [];
process.once('exit', () => folders.forEach(removeFolder));

/** Returns an empty folder that is removed when the process ends: hooks of a test may call it, too. */
export function temporaryFolder(): string {
  const folder = makeFolder();
  folders.push(folder);
  return folder;
}

/** Gives `body` an empty folder, and removes it afterwards. */
export async function inFolder<T>(body: (folder: string) => Promise<T>): Promise<T> {
  const folder = makeFolder();
  try {
    return await body(folder);
  } finally {
    removeFolder(folder);
  }
}

function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), 'fashion-mnist-test-'));
}

function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
