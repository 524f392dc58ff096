/**
 * Starts one command of the project: `node scripts/run.mjs NAME [--device cpu|gpu] [arguments]`.
 * Makes sure of the set-up, then runs `scripts/NAME.ts` with the arguments and ends with its exit code.
 * Plain Node without a dependency, so that it runs before anything is installed.
 */
const needed = 20;

if (Number(process.versions.node.split('.')[0]) < needed) {
  console.error(
    `This project needs Node ${needed} or newer; this is ${process.version}.\n` +
      'Install a newer one from nodejs.org, or with a version manager: nvm install 22',
  );
  process.exit(1);
}

import('./setup/start.mjs')
  .then(({ start }) => start(process.argv.slice(2)))
  .then(
    (code) => {
      process.exitCode = code;
    },
    (error) => {
      console.error(error.name === 'SetupError' ? `\n${error.message}` : error);
      process.exitCode = 1;
    },
  );
