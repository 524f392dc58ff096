/**
 * `npm run report [-- NAME…]`: executes the notebooks in order on the real data and writes one page each
 * into `reports/`, with an index. NAME picks notebooks by the start of their file's name, such as `03`.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { runCommand } from '../lib/command';
import { commit } from '../lib/commit';
import type { Environment } from '../lib/environment';
import { executeNotebook, NotebookError, renderNotebooks } from '../lib/execution';
import { readNotebook } from '../lib/notebook';
import { paths } from '../lib/paths';
import { duration } from '../lib/progress';
import { prepareReport, type Report, resultLine, writeIndex } from '../lib/report';

/** Returns the names of the notebooks that `wanted` asks for, all if it is empty. */
function chooseNotebooks(wanted: readonly string[]): string[] {
  const all = readdirSync(paths.notebooks)
    .filter((file) => file.endsWith('.ipynb'))
    .map((file) => basename(file, '.ipynb'))
    .sort();
  for (const name of wanted) {
    if (!all.some((one) => one.startsWith(name))) {
      throw new NotebookError(`No notebook begins with '${name}'. There are: ${all.join(', ')}.`);
    }
  }
  return all.filter((one) => wanted.length === 0 || wanted.some((name) => one.startsWith(name)));
}

/** Returns what the notebooks will run on, asked in a process of its own: it would keep the GPU's memory. */
function askEnvironment(): Environment {
  const program =
    "process.stdout.write(JSON.stringify(require('./lib/environment').environment()))";
  const answer = execFileSync(process.execPath, ['--import', 'tsx', '-e', program], {
    cwd: paths.root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return JSON.parse(answer);
}

/** Returns date, commit and device. */
async function runFacts(): Promise<string[]> {
  const code = await commit();
  const { gpu, cores, processor, tensorflow } = askEnvironment();
  return [
    new Date().toLocaleString('en-GB', { dateStyle: 'long', timeStyle: 'short' }),
    ...(code ? [`commit ${code.hash.slice(0, 7)}${code.changed ? ' with changes' : ''}`] : []),
    gpu === null ? `CPU: ${processor}, ${cores} cores` : `GPU: ${gpu}`,
    `TensorFlow ${tensorflow}`,
  ];
}

/** Says how far a notebook is: one line that is rewritten on a terminal, else only its end. */
function say(line: string, isLast = false) {
  if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${line}${isLast ? '\n' : ''}`);
  else if (isLast) console.log(line);
}

/** Executes one notebook with progress and writes it, with its outputs, and its page into `reports/`. */
async function execute(name: string, facts: readonly string[]) {
  const start = Date.now();
  const [target, page] = ['ipynb', 'html'].map((kind) => join(paths.reports, `${name}.${kind}`));
  // What an earlier call has left is not of this one, should it fail.
  for (const file of [target, page]) rmSync(file, { force: true });
  renewIndex();
  const elapsed = () => duration((Date.now() - start) / 1000);
  let words = 'starting the kernel';
  const timer = setInterval(() => say(`${name}  ${words}  ${elapsed()}`), 1000);
  try {
    await executeNotebook(join(paths.notebooks, `${name}.ipynb`), target, {
      onCell(number, total) {
        words = `cell ${number}/${total}`;
      },
    });
  } finally {
    clearInterval(timer);
    say(`${name}  ${words}  ${elapsed()}`, true);
  }
  const report = { name, notebook: readNotebook(target) };
  prepareReport(report, [...facts, `ran ${elapsed()}`]);
  writeFileSync(target, JSON.stringify(report.notebook));
  await renderNotebooks([target]);
}

/** Returns the executed notebooks that lie in `reports/` with their pages, also those of earlier calls. */
function executedReports(): Report[] {
  const names = readdirSync(paths.notebooks)
    .map((file) => basename(file, '.ipynb'))
    .sort();
  return names
    .map((name) => ({ name, path: join(paths.reports, `${name}.ipynb`) }))
    .filter(({ name, path }) => [path, join(paths.reports, `${name}.html`)].every(existsSync))
    .map(({ name, path }) => ({ name, notebook: readNotebook(path) }));
}

/** Writes the page of all reports anew, and returns these. */
function renewIndex(): Report[] {
  const reports = executedReports();
  writeIndex(paths.reports, reports);
  return reports;
}

async function main() {
  const names = chooseNotebooks(process.argv.slice(2));
  const facts = await runFacts();
  mkdirSync(paths.reports, { recursive: true });
  let reports: Report[] = [];
  for (const name of names) {
    await execute(name, facts);
    reports = renewIndex();
  }
  const line = resultLine(reports.filter(({ name }) => names.includes(name)));
  if (line !== undefined) console.log(`\n${line}`);
  console.log(`Reports: ${relative(process.cwd(), join(paths.reports, 'index.html'))}`);
}

runCommand(main);
