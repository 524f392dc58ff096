/**
 * Starts one command of the project: `node scripts/run.mjs NAME [--device cpu|gpu] [arguments]`.
 * Makes sure of the set-up, then runs `scripts/NAME.ts` with the arguments and ends with its exit code.
 * Plain Node without a dependency, so that it runs before anything is installed.
 */
const needed = [20, 6];
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < needed[0] || (major === needed[0] && minor < needed[1])) {
  console.error(
    `This project needs Node ${needed.join('.')} or newer; this is ${process.version}.\n` +
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
