/**
 * `npm test [-- NAME…]`: types, lint, then all tests but those in `test/slow/`. NAME picks the test files
 * that have it in their name, and leaves out the rest; `slow/NAME` picks slow ones.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../lib/command';
import { paths } from '../lib/paths';
import { runProgram } from './setup/program.mjs';

/** A check by a program of `node_modules`. */
interface Check {
  name: string;
  program: string;
  args: string[];
}

const checks: Check[] = [
  { name: 'types', program: 'typescript/bin/tsc', args: ['-p', '.'] },
  {
    name: 'types as a notebook sees them',
    program: '@tslab/typescript-for-tslab/bin/tsc',
    args: ['-p', 'kernel'],
  },
  { name: 'lint and format', program: '@biomejs/biome/bin/biome', args: ['check'] },
];

/** Returns whether the check passes; shows what it says if not. */
function passes({ name, program, args }: Check): boolean {
  const begin = performance.now();
  const file = join(paths.root, 'node_modules', program);
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...args], {
    cwd: paths.root,
    encoding: 'utf8',
  });
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  console.log(`${status === 0 ? '✔' : '✖'} ${name} (${seconds} s)`);
  if (status !== 0) console.log(`${stdout}${stderr}`);
  return status === 0;
}

function testFiles(wanted: readonly string[]): string[] {
  const all = readdirSync(join(paths.root, 'test'), { recursive: true, encoding: 'utf8' });
  const files = all.filter((file) => file.endsWith('.test.ts')).sort();
  const chosen = files.filter((file) =>
    file.startsWith('slow')
      ? wanted.some((name) => name.startsWith('slow') && file.startsWith(name))
      : wanted.length === 0 || wanted.some((name) => file.includes(name)),
  );
  if (chosen.length === 0)
    throw new Error(`No test has ${wanted.join(' or ')} in its file's name.`);
  return chosen.map((file) => join('test', file));
}

async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  const files = testFiles(wanted);
  const failed = wanted.length > 0 ? [] : checks.filter((check) => !passes(check));
  const runner = ['--import', 'tsx', '--test', '--test-reporter=spec', '--test-concurrency=2'];
  const code = await runProgram(process.execPath, [...runner, ...files]);
  for (const { name } of failed) console.log(`✖ ${name}: see above`);
  process.exitCode = code !== 0 ? code : failed.length > 0 ? 1 : 0;
}

runCommand(main);
