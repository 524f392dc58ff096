/** The interrupt button, a restarted kernel and a killed one, in the training of notebook 03. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { codeCells, readNotebook } from '../../lib/notebook';
import { paths } from '../../lib/paths';
import type { Fault } from './fault';
import { makeWholeProject, runIn } from './playground';

/** Short ones, yet so many that they take seconds. */
const epochs = 500;
const short = `settings.recipe = {
  ...settings.recipe, epochs: ${epochs}, network: { kind: 'plain', widths: [4], convolutions: 1 },
};`;

export const notebookStops: Fault = {
  name: 'the interrupt button, a restarted and a killed kernel in notebook 03, then its resume cell',
  times: { quick: 1, full: 12 },
  async run(times, attempt) {
    const hows = ['interrupt', 'restart', 'kill'] as const;
    let slowest = 0;
    for (let index = 0; index < times; index++) {
      await attempt(async () => {
        const root = makeWholeProject();
        slowest = Math.max(slowest, await stopAndResume(root, hows[index % hows.length]));
        rmSync(root, { recursive: true });
      });
    }
    return `the resume cell goes on with the run; the button ends the cell within ${slowest.toFixed(1)} s`;
  },
};

/** Returns how many seconds the cell took to end after the button. */
async function stopAndResume(root: string, how: 'interrupt' | 'restart' | 'kill'): Promise<number> {
  const [imports, settings, ...rest] = codeCells(readNotebook(notebook)).map(
    ({ source }) => source,
  );
  const load = rest.find((cell) => cell.includes('loadDataset('))!;
  const train = rest.find((cell) => cell.includes('runOrShow('))!;
  const resume = `import { listRuns as list } from './lib/runs';
settings.resume = (await list())[0].record.name;`;
  const before = [imports, settings, short, load];
  const after = how === 'interrupt' ? [resume, train] : [...before, resume, train];
  const delay = 0.5 + Math.random();
  const results = await askKernel(root, { before, work: train, how, delay, after });
  for (const { status, text } of results) assert.equal(status, 'ok', text);
  const [name] = readdirSync(join(root, 'logs'));
  const { record, history } = await runIn(root, name);
  assert.equal(record.state, 'finished');
  assert.equal(record.resumed.length, 1);
  assert.equal(history.length, epochs);
  return how === 'interrupt' ? results[0].seconds : 0;
}

const notebook = join(paths.notebooks, '03-training.ipynb');

interface Request {
  before: string[];
  work: string;
  how: string;
  delay: number;
  after: string[];
}

interface Result {
  status: string;
  seconds: number;
  text: string;
}

async function askKernel(root: string, request: Request): Promise<Result[]> {
  const python = join(paths.root, '.venv', 'bin', 'python');
  const script = join(paths.root, 'test', 'torture', 'kernel.py');
  const child = spawn(python, [script, join(root, 'notebooks')], {
    env: {
      ...process.env,
      JUPYTER_PATH: join(root, 'share', 'jupyter'),
      FASHION_MNIST_DIR: join(paths.root, 'test', 'fixtures'),
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const [said, problems] = [child.stdout, child.stderr].map((stream) => stream.toArray());
  child.stdin.end(JSON.stringify(request));
  const [code] = await once(child, 'close');
  assert.equal(code, 0, String(Buffer.concat(await problems)));
  return JSON.parse(String(Buffer.concat(await said)));
}
