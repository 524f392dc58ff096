/** The Python environment of the searches, with Ray Tune and Optuna: made at first use, in `.venv-tune/`. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup/places.mjs';
import { preflight } from '../setup/preflight.mjs';
import { isIntact, makeEnvironment } from '../setup/python.mjs';
import { digest } from '../setup/stamp.mjs';
import { perform } from '../setup/steps.mjs';

const lock = 'requirements/tune.txt';
const folder = join(root, '.venv-tune');

/** @type {import('../setup/steps.mjs').Step} */
const environment = {
  name: 'Python environment of the searches',
  stamp: join(folder, '.setup'),
  megabytes: 750,
  inputs: () => ({ lock: digest(lock), root }),
  isIntact: () => isIntact(folder),
  needs: ['python'],
  run: async () => {
    rmSync(folder, { recursive: true, force: true });
    await makeEnvironment(folder, [['--require-hashes', '-r', lock]]);
  },
};

/**
 * Makes sure of the environment.
 * @returns {Promise<string>} the path of its Python
 */
export async function tunePython() {
  await perform([environment], preflight);
  return join(folder, 'bin', 'python');
}
