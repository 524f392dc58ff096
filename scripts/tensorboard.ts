/** `npm run tensorboard [-- ARGUMENTS]`: TensorBoard on the curves in `logs/`. */
import { join } from 'node:path';
import { paths } from '../lib/paths';
import { runProgram } from './setup/program.mjs';

async function main(): Promise<void> {
  const program = join(paths.root, '.venv', 'bin', 'tensorboard');
  process.exitCode = await runProgram(program, ['--logdir', paths.logs, ...process.argv.slice(2)]);
}

void main();
