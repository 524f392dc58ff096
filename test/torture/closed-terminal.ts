/** The terminal that a training runs in is closed: a window, or a connection to another machine. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { paths } from '../../lib/paths';
import { inFolder } from '../support/folder';
import type { Fault } from './fault';
import { listen, makePlayground, playgroundEnvironment, runIn } from './playground';

export const closedTerminal: Fault = {
  name: 'the terminal is closed in mid-training (npm run train)',
  times: { quick: 1, full: 4 },
  async run(times, attempt) {
    for (let index = 0; index < times; index++) await attempt(() => inFolder(closeAndRead));
    return 'exit code 129; the run is interrupted, with a checkpoint after its last step';
  },
};

async function closeAndRead(folder: string): Promise<void> {
  makePlayground(folder);
  const python = join(paths.root, '.venv', 'bin', 'python');
  const script = join(paths.root, 'test', 'torture', 'terminal.py');
  const words = ['run', 'train', '--', 'quick', '--epochs', '300', '--name', 'closed'];
  const child = spawn(python, [script, 'Training, epoch', 'npm', ...words], {
    cwd: paths.root,
    env: playgroundEnvironment(folder),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { code, said } = await listen(child).end;
  assert.equal(code, 0, said);
  assert.equal(said.trim(), '129');
  // npm ends at once, the training after its present step.
  for (let tries = 0; tries < 300 && (await stateIn(folder)) === 'running'; tries++) {
    await pause(100);
  }
  assert.equal(await stateIn(folder), 'interrupted');
  const { record } = await runIn(folder, 'closed');
  assert.ok(record.end !== null, 'the run did not end in order');
}

async function stateIn(folder: string): Promise<string> {
  return (await runIn(folder, 'closed')).record.state;
}
