/** A kernel to run cells in, rooted at a small project of its own, through Jupyter's own client. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { paths } from '../../lib/paths';

/** What Jupyter was told of a cell. */
export interface CellResult {
  status: 'ok' | 'error' | 'aborted';
  execution_count?: number;
  ename?: string;
  evalue?: string;
  traceback?: string[];
  outputs: { kind: string; name?: string; text?: string; execution_count?: number }[];
  /** The kernel's states that were told of it, each with its place among those of all cells. */
  states: { state: string; place: number }[];
  /** To the end of all cells asked for together, from the asking or from the interrupt. */
  seconds: number;
}

/** Makes a project with the kernel, the npm packages and the files of lib/ that are named. */
export function makeProject(libraryFiles: readonly string[]): string {
  const root = mkdtempSync(join(os.tmpdir(), 'kernel-test-'));
  for (const folder of ['lib', 'notebooks', 'share/jupyter/kernels/tslab']) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  for (const file of libraryFiles) cpSync(join(paths.root, 'lib', file), join(root, 'lib', file));
  cpSync(join(paths.root, 'kernel'), join(root, 'kernel'), { recursive: true });
  symlinkSync(join(paths.root, 'node_modules'), join(root, 'node_modules'));
  const description = {
    argv: [process.execPath, join(root, 'kernel', 'start.cjs'), '{connection_file}'],
    display_name: 'TypeScript',
    language: 'typescript',
  };
  const file = join(root, 'share/jupyter/kernels/tslab/kernel.json');
  writeFileSync(file, JSON.stringify(description));
  return root;
}

/** Starts the kernel of a project in its folder notebooks/; `stop` ends it and removes the project. */
export function startKernel(root: string, environment: Record<string, string> = {}) {
  const python = join(paths.root, '.venv', 'bin', 'python');
  const script = join(paths.root, 'test', 'support', 'kernel.py');
  const child = spawn(python, [script, join(root, 'notebooks')], {
    env: { ...process.env, JUPYTER_PATH: join(root, 'share', 'jupyter'), ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let problems = '';
  child.stderr.on('data', (bytes) => {
    problems += bytes;
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

  async function runAll(cells: string[], isInterrupted = false): Promise<CellResult[]> {
    child.stdin.write(`${JSON.stringify({ cells, isInterrupted })}\n`);
    const { value } = await answers.next();
    if (value === undefined) throw new Error(`${problems.trim()}, at ${cells.join('\n')}`);
    return JSON.parse(value);
  }

  return {
    runAll,
    run: async (cell: string) => (await runAll([cell]))[0],
    /** Presses the interrupt button half a second after the first cell has printed something. */
    interrupt: (...cells: string[]) => runAll(cells, true),
    async stop() {
      const ended = once(child, 'close');
      child.stdin.end();
      await ended;
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Returns what a cell has printed. */
export function printed({ outputs }: CellResult): string {
  return outputs.map(({ kind, text }) => (kind === 'stream' ? text : '')).join('');
}
