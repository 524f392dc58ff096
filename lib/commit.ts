/** The version of the project's code that is checked out. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { paths } from './paths';

export interface Commit {
  hash: string;
  /** Whether the code was changed since: then the hash alone does not say what ran. */
  changed: boolean;
}

/** What a training runs on; notebooks, logs and models change by being used. */
const code = ['lib', 'scripts', 'kernel', 'requirements', 'package.json', 'package-lock.json'];

/**
 * Returns the commit that is checked out in `folder`, or null where there is no git.
 *
 * @param more folders whose code counts as well
 */
export async function commit(
  folder: string = paths.root,
  more: readonly string[] = [],
): Promise<Commit | null> {
  try {
    const hash = await git(folder, 'rev-parse', 'HEAD');
    return {
      hash,
      changed: (await git(folder, 'status', '--porcelain', '--', ...code, ...more)) !== '',
    };
  } catch {
    return null;
  }
}

async function git(folder: string, ...words: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('git', words, { cwd: folder });
  return stdout.trim();
}
