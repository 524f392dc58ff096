/**
 * `npm run tensorboard [-- ARGUMENTS]`: TensorBoard on the curves in `logs/`. Published runs come without event
 * files, which are made from their histories.
 */
import { join } from 'node:path';
import { runCommand } from '../lib/command';
import { paths } from '../lib/paths';
import { listRuns } from '../lib/runs';
import { writeHistoryEvents } from '../lib/tensorboard';
import { runProgram } from './setup/program.mjs';

async function main(): Promise<void> {
  for (const { folder, history } of await listRuns({ published: true })) {
    writeHistoryEvents(folder, history);
  }
  const program = join(paths.root, '.venv', 'bin', 'tensorboard');
  process.exitCode = await runProgram(program, ['--logdir', paths.logs, ...process.argv.slice(2)]);
}

runCommand(main);
