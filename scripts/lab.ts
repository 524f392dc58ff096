/**
 * `npm run lab [-- ARGUMENTS]`: JupyterLab in the project's environment, open at the notebooks, for this
 * machine alone. The arguments are passed on to it: `npm run lab -- --port=9000 --no-browser`.
 */
import { join } from 'node:path';
import { runCommand } from '../lib/command';
import { paths } from '../lib/paths';
import { runProgram } from './setup/program.mjs';

/** JupyterLab's own wish not to run as root makes no sense in a container, where everything does. */
const asRoot = process.getuid?.() === 0 ? ['--allow-root'] : [];

const options = [
  `--ServerApp.root_dir=${paths.root}`,
  '--LabApp.default_url=/lab/tree/notebooks',
  '--ServerApp.ip=127.0.0.1',
  '--MultiKernelManager.default_kernel_name=tslab',
  // Charts are larger than what the server lets through in a second; the kernel joins floods of lines.
  '--ZMQChannelsWebsocketConnection.limit_rate=False',
  // Ctrl-C ends it at once, instead of asking.
  '--JupyterApp.answer_yes=True',
  ...asRoot,
];

async function main(): Promise<void> {
  const lab = join(paths.root, '.venv', 'bin', 'jupyter-lab');
  process.exitCode = await runProgram(lab, [...options, ...process.argv.slice(2)]);
}

runCommand(main);
