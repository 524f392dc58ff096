/** A project of its own for the real commands: the code of this one, other logs and models. */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, readdirSync, symlinkSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { paths } from '../../lib/paths';
import { readRun } from '../../lib/runs';
import { makeProject } from '../support/kernel';

const fixture = join(paths.root, 'test', 'fixtures');

/** Makes `folder` such a project. */
export function makePlayground(folder: string): void {
  for (const name of ['package.json', 'lib', 'node_modules', 'kernel']) {
    symlinkSync(join(paths.root, name), join(folder, name));
  }
}

/** Makes such a project for a kernel, which takes the folder above its own for the root; returns it. */
export function makeWholeProject(): string {
  const files = readdirSync(join(paths.root, 'lib'), { recursive: true, encoding: 'utf8' });
  const root = makeProject(files.filter((file) => file.endsWith('.ts')));
  cpSync(join(paths.root, 'package.json'), join(root, 'package.json'));
  return root;
}

/** The environment in which commands and kernels work in a playground, on the 40 images of the tests. */
export function playgroundEnvironment(folder: string): NodeJS.ProcessEnv {
  return { ...process.env, FASHION_MNIST_PROJECT: folder, FASHION_MNIST_DIR: fixture };
}

/** Starts `npm run train` in a playground, as the leader of a process group of its own. */
export function startTraining(folder: string, ...words: string[]): ChildProcess {
  return spawn('npm', ['run', 'train', '--', ...words], {
    cwd: paths.root,
    env: playgroundEnvironment(folder),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

export interface Ended {
  /** As a shell tells it: npm ends by the signal that has ended its program. */
  code: number;
  said: string;
}

/** Collects what a process says; `seen` waits for a text in it, `end` for its end. */
export function listen(child: ChildProcess) {
  let said = '';
  const end = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) =>
      resolve({ code: code ?? 128 + constants.signals[signal ?? 'SIGTERM'], said }),
    );
  });
  const take = (bytes: Buffer) => {
    said += bytes;
  };
  child.stdout?.on('data', take);
  child.stderr?.on('data', take);
  const seen = async (words: RegExp) => {
    while (!words.test(said)) {
      const ended = await Promise.race([end, new Promise((next) => setTimeout(next, 20))]);
      if (ended !== undefined) throw new Error(`It ended without ${words}:\n${said}`);
    }
  };
  return { end, seen };
}

/** The run that a playground's training wrote. */
export function runIn(folder: string, name: string) {
  return readRun(name, { logs: join(folder, 'logs') });
}
