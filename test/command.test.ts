import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import test from 'node:test';

function node(...args: string[]) {
  return spawnSync(process.execPath, args, { encoding: 'utf8' });
}

/** Runs a command's main function, given as text, in a process of its own. */
function command(main: string) {
  const text = `require('./lib/command').runCommand(async () => { ${main} });`;
  return node('--import', 'tsx', '--eval', text);
}

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  scripts: Record<string, string>;
};

for (const [name, line] of Object.entries(scripts)) {
  test(`npm run ${name} -- --help tells what the command does`, () => {
    const [file = '', script = ''] = line.replace('exec node ', '').split(' ');
    const { status, stdout, stderr } = node(file, script, '--help');
    assert.match(stdout, /^`?npm (run [a-z]+|test)\b/);
    assert.doesNotMatch(stdout, /^ ?\*|\*\//m);
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
  });
}

test('a command that fails tells the reason alone, and ends with exit code 1', () => {
  const { status, stderr } = command(`throw new Error('The disk is full.');`);
  assert.deepEqual({ status, stderr }, { status: 1, stderr: 'The disk is full.\n' });
});

test('an option that a command does not know is named, with what tells those it knows', () => {
  const { status, stderr } = node('--import', 'tsx', 'scripts/evaluate.ts', '--modell', 'best');
  assert.match(stderr, /Unknown option '--modell'/);
  assert.match(stderr, /npm run evaluate -- --help/);
  assert.doesNotMatch(stderr, /^ +at /m);
  assert.equal(status, 1);
});

test('a fault of the program itself is told with its stack', () => {
  const { status, stderr } = command('undefined.length;');
  assert.match(stderr, /TypeError: .*\n +at /);
  assert.equal(status, 1);
});

const idle: [string[], RegExp][] = [
  [['scripts/train.ts', '--resume', 'x', '--epochs', '9'], /Beside --resume, leave out --epochs/],
  [['scripts/train.ts', 'quick', '--all', '--images', '9'], /Beside --all, leave out --images/],
  [['scripts/train.ts', 'quick', '--settings', '{}'], /Beside a recipe, leave out --settings/],
  [['scripts/tune.ts', 'quick', '--search', 'x'], /Beside --search, leave out RECIPE/],
  [['scripts/tune.ts', '--resume', 'x', '--hours', '1', '--keep'], /--hours and --keep/],
];
for (const [words, expected] of idle) {
  test(`${words.join(' ')} is refused: some of it would do nothing`, () => {
    const { status, stderr } = node('--import', 'tsx', ...words);
    assert.match(stderr, expected);
    assert.equal(status, 1);
  });
}
