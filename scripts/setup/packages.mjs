/** Step: the npm packages of the lock file. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { command } from './command.mjs';
import { root } from './places.mjs';
import { digest, readIfThere } from './stamp.mjs';

/** What package.json asks for, without what may change freely in it (scripts, description). */
function wishes() {
  const { dependencies, devDependencies, overrides } = JSON.parse(
    readIfThere(join(root, 'package.json')) ?? '{}',
  );
  return { dependencies, devDependencies, overrides };
}

/** @type {import('./steps.mjs').Step} */
export const packages = {
  name: 'npm packages',
  stamp: join(root, 'node_modules/.setup'),
  megabytes: 900,
  inputs: () => ({
    lock: digest('package-lock.json'),
    wishes: wishes(),
    local: digest('kernel/tfjs-node/package.json'),
    machine: `${process.platform} ${process.arch}`,
  }),
  isIntact: () => existsSync(join(root, 'node_modules/tsx')),
  needs: [],
  // tfjs-node-gpu's own install script would fetch a TensorFlow of 2022: no package's scripts are run.
  run: async () => {
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
    const patience = ['--fetch-retries=2', '--fetch-retry-mintimeout=1000'];
    try {
      // With NODE_ENV=production npm would leave out what compiles and runs the project.
      await command('npm', ['ci', '--include=dev', ...quiet, ...patience]);
    } catch (error) {
      // What npm could not finish it may not be able to remove either, the next time.
      rmSync(join(root, 'node_modules'), { recursive: true, force: true });
      throw error;
    }
  },
};
