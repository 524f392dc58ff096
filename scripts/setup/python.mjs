/** Step: the project's Python environment with JupyterLab, nbconvert and TensorBoard. */
import { existsSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { answer, command } from './command.mjs';
import { SetupError } from './failure.mjs';
import { environmentFolder, root } from './places.mjs';
import { digest, namesIn, readIfThere, writeWhole } from './stamp.mjs';

/** The environment's interpreter. */
export const python = join(environmentFolder, 'bin/python');

/** For pip: ask nothing, and do not try for minutes where there is no network. */
export const pipOptions = [
  '--no-input',
  '--disable-pip-version-check',
  '--retries=2',
  '--timeout=30',
];

/** @param {string} folder an environment's */
const originFile = (folder) => join(folder, 'made-from');
const tell = 'import sys; print(sys.executable if sys.version_info >= (3, 10) else "")';

/**
 * The first Python of the machine that is 3.10 or newer; the variable PYTHON names one to prefer.
 * @returns {Promise<string | undefined>} its path
 */
export async function findPython() {
  const others = ['python3.13', 'python3.12', 'python3.11', 'python3.10'];
  for (const name of [process.env.PYTHON ?? 'python3', 'python3', ...others]) {
    const path = await answer(name, ['-c', tell]);
    if (path) return path;
  }
  return undefined;
}

/**
 * Whether a Python can make environments (Debian leaves that out of its plain package).
 * @param {string} interpreter
 */
export async function hasVenv(interpreter) {
  return (await answer(interpreter, ['-c', 'import ensurepip, venv'])) !== undefined;
}

/**
 * An environment breaks when the interpreter that it was made from goes or becomes another.
 * @param {string} folder
 */
export function isIntact(folder) {
  const python = join(folder, 'bin/python');
  return existsSync(python) && realpathSync(python) === readIfThere(originFile(folder))?.trim();
}

/**
 * Makes an environment.
 * @param {string} folder
 * @param {string[][]} installs the arguments of each run of pip
 */
export async function makeEnvironment(folder, installs) {
  const interpreter = await findPython();
  if (!interpreter) throw new SetupError('There is no Python 3.10 or newer.');
  await command(interpreter, ['-m', 'venv', folder]);
  const python = join(folder, 'bin/python');
  for (const words of installs) {
    const pip = ['-m', 'pip', 'install', ...pipOptions, '--progress-bar=off'];
    // A setting of the user's for all of pip's installs would be refused in an environment.
    await command(python, [...pip, ...words], { PIP_USER: '0' });
  }
  writeWhole(originFile(folder), `${realpathSync(python)}\n`);
}

/** Empties the environment, but for what does not depend on Python. */
function clear() {
  const keep = ['lib', 'device', 'download', 'home', 'setup.lock'];
  for (const name of namesIn(environmentFolder)) {
    if (!keep.includes(name)) rmSync(join(environmentFolder, name), { recursive: true });
  }
  const library = join(environmentFolder, 'lib');
  for (const name of namesIn(library)) {
    if (name.startsWith('python')) rmSync(join(library, name), { recursive: true });
  }
}

/** @type {import('./steps.mjs').Step} */
export const environment = {
  name: 'Python environment',
  stamp: join(environmentFolder, '.setup'),
  megabytes: 600,
  // Python's environments hold absolute paths: a project that was moved needs a new one.
  inputs: () => ({ lock: digest('requirements/jupyter.txt'), root }),
  isIntact: () => isIntact(environmentFolder),
  needs: ['python'],
  run: async () => {
    clear();
    await makeEnvironment(environmentFolder, [
      ['--require-hashes', '-r', 'requirements/jupyter.txt'],
    ]);
  },
};
