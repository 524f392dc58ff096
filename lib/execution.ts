/** Executes notebooks with the project's kernel, through Jupyter's own client in `.venv`. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { paths } from './paths';

/** What is wrong with a notebook, in words that need no stack: a cell that failed, an empty chart. */
export class NotebookError extends Error {
  override name = 'NotebookError';
}

export interface ExecutionOptions {
  /** Called as each code cell starts; counted from 1. */
  onCell?: (number: number, total: number) => void;
  /** Added to the environment of the kernel. */
  environment?: Record<string, string>;
}

type Event = { event: string } & Record<string, unknown>;

/** Returns the Python of the project's environment; throws if it is not there. */
function pythonPath(): string {
  const python = join(paths.root, '.venv', 'bin', 'python');
  if (!existsSync(python)) {
    throw new Error(`${python} is missing: npm run doctor sets the project up.`);
  }
  return python;
}

/** Runs `scripts/report/notebook.py` and hands each line it says to `onEvent`; returns its exit code. */
async function runPython(
  parameters: string[],
  onEvent: (event: Event) => void,
  environment: Record<string, string> = {},
): Promise<number> {
  const script = join(paths.root, 'scripts', 'report', 'notebook.py');
  const child = spawn(pythonPath(), [script, ...parameters], {
    cwd: paths.root,
    env: { ...process.env, JUPYTER_PREFER_ENV_PATH: '1', ...environment },
    // Nothing is written to it: its end tells the program that this process is gone, however it went.
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // Native libraries of the kernel write here too; it is only of interest when Python itself fails.
  let said = '';
  child.stderr.on('data', (bytes) => {
    said = (said + bytes).slice(-4000);
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
  let isFailureTold = false;
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line) as Event;
    isFailureTold ||= event.event === 'failed';
    onEvent(event);
  }
  const code = await ended;
  if (code !== 0 && !isFailureTold) throw new Error(`${script} ended with code ${code}:\n${said}`);
  return code;
}

/** Returns the words of a failed cell: which, its source, and what it wrote. */
function failure(notebook: string, number: number, { source, error }: Event): NotebookError {
  const lines = String(source)
    .split('\n')
    .map((line) => `    ${line}`);
  // What lies below the cell in the stack is the kernel's own, and the same every time.
  const words = String(error).replace(/^ +at .*(node:vm|node_modules\/tslab\/).*\n?/gm, '');
  return new NotebookError(
    `${relative(paths.root, notebook)}: cell ${number} failed.\n\n${lines.join('\n')}\n\n${words.trim()}`,
  );
}

/**
 * Runs all cells of the notebook `source` in a fresh kernel and writes it with its outputs to `target`.
 * Throws a NotebookError with the cell's source and message if one fails or loses output.
 */
export async function executeNotebook(
  source: string,
  target: string,
  { onCell, environment }: ExecutionOptions = {},
) {
  let current = 0;
  let error: NotebookError | undefined;
  const code = await runPython(
    ['execute', source, target],
    (event) => {
      if (event.event === 'failed') error = failure(source, current, event);
      if (event.event !== 'cell') return;
      current = event.number as number;
      onCell?.(current, event.total as number);
    },
    environment,
  );
  if (code !== 0) throw error;
}

/** Writes the page of each executed notebook beside it, with `.html` in place of `.ipynb`. */
export async function renderNotebooks(files: readonly string[]) {
  if (files.length > 0) await runPython(['render', ...files], () => {});
}
