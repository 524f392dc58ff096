import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import test from 'node:test';
import { publishedFiles } from '../lib/published-files';
import { CommandError } from '../scripts/setup/command.mjs';
import { advice } from '../scripts/setup/failure.mjs';
import { passOn } from '../scripts/setup/quiet.mjs';
import { isStamped, stamp, writeWhole } from '../scripts/setup/stamp.mjs';
import { perform } from '../scripts/setup/steps.mjs';
import { requirementsOf } from '../scripts/setup/tensorflow.mjs';
import { temporaryFolder } from './support/folder';

const folder = temporaryFolder();

const pass = async () => {};

/** A step that notes its runs, in place of one that installs for a minute. */
function fakeStep(name: string, inputs: () => unknown, work: () => Promise<void> = pass) {
  const file = join(folder, `${name}.runs`);
  const runs = () => (existsSync(file) ? readFileSync(file, 'utf8').length : 0);
  const run = async () => {
    writeFileSync(file, 'x', { flag: 'a' });
    await work();
  };
  return { name, stamp: join(folder, `${name}.stamp`), megabytes: 0, needs: [], inputs, run, runs };
}

/** Runs the launcher, or a part of the set-up, in a process of its own. */
function node(args: string[], environment: Record<string, string> = {}) {
  const env = { ...process.env, ...environment };
  return spawnSync(process.execPath, args, { encoding: 'utf8', env });
}

test('perform(steps) does each step once, and again only the one whose inputs have changed', async () => {
  let version = 1;
  const steps = [fakeStep('fixed', () => 0), fakeStep('changing', () => version)];
  await perform(steps, pass);
  await perform(steps, pass);
  assert.deepEqual(
    steps.map(({ runs }) => runs()),
    [1, 1],
  );
  version = 2;
  await perform(steps, pass);
  assert.deepEqual(
    steps.map(({ runs }) => runs()),
    [1, 2],
  );
});

test('perform(steps) does nothing at all if the check finds something missing', async () => {
  const step = fakeStep('unwanted', () => 0);
  const check = () => Promise.reject(new Error('no compiler'));
  await assert.rejects(perform([step], check), /no compiler/);
  assert.equal(step.runs(), 0);
});

test('perform(steps) tells the step that fails, the end of its output, and what to do', async () => {
  const output = `${Array.from({ length: 30 }, (_, line) => `line ${line}`).join('\n')}\n`;
  const step = fakeStep(
    'broken',
    () => 0,
    () => Promise.reject(new CommandError('make it', 'ended with exit code 2', output)),
  );
  await assert.rejects(perform([step], pass), ({ message }: Error) => {
    assert.match(message, /The step "broken" failed: make it ended with exit code 2/);
    assert.match(message, /line 10\n[\s\S]*line 29\nRun this again/);
    assert.doesNotMatch(message, /line 9\n/);
    return true;
  });
});

test('perform(steps) does a step again that failed or was killed half-way', async () => {
  let isBroken = true;
  const step = fakeStep(
    'mended',
    () => 0,
    async () => {
      if (isBroken) throw new Error('half-way');
    },
  );
  await assert.rejects(perform([step], pass), /half-way/);
  isBroken = false;
  await perform([step], pass);
  await perform([step], pass);
  assert.equal(step.runs(), 2);
});

const slowSetUp = `
  import { perform } from './scripts/setup/steps.mjs';
  import { appendFileSync } from 'node:fs';
  const run = async () => {
    appendFileSync(${JSON.stringify(join(folder, 'slow'))}, 'x');
    await new Promise((done) => setTimeout(done, 1000));
  };
  const stamp = ${JSON.stringify(join(folder, 'slow.stamp'))};
  await perform([{ name: 'slow', stamp, megabytes: 0, needs: [], inputs: () => 0, run }], async () => {});`;

test('two set-ups at once: the second waits and finds the work done; a killed one is taken over', async () => {
  const begin = () => spawn(process.execPath, ['--input-type=module', '--eval', slowSetUp]);
  const killed = begin();
  await once(killed.stdout, 'data');
  killed.kill('SIGKILL');
  await once(killed, 'close');
  rmSync(join(folder, 'slow'), { force: true });
  const both = [begin(), begin()];
  const outputs = await Promise.all(both.map(({ stdout }) => text(stdout)));
  assert.equal(readFileSync(join(folder, 'slow'), 'utf8'), 'x');
  assert.equal(outputs.filter((output) => output.includes('slow: done')).length, 1);
});

/** Runs a program in a project of its own that has the set-up alone; returns what it printed. */
function inProject(program: string, environment: Record<string, string> = {}): string {
  const root = temporaryFolder();
  cpSync(join('scripts', 'setup'), join(root, 'scripts', 'setup'), { recursive: true });
  const at = `const at = (name) => import(${JSON.stringify(root)} + '/scripts/setup/' + name + '.mjs');`;
  const { stdout, stderr } = node(
    ['--input-type=module', '--eval', `${at}\n${program}`],
    environment,
  );
  assert.equal(stderr, '');
  return stdout.trim().replaceAll(root, 'ROOT');
}

test('a device that was asked for is kept once the machine has been looked at, and not before', () => {
  const said = inProject(`
    const { chooseDevice, remember } = await at('device');
    const asked = await chooseDevice('gpu');
    const before = await chooseDevice(undefined);
    remember(asked);
    const after = await chooseDevice(undefined);
    console.log([asked, before, after].map(({ device, by }) => device + ' ' + by).join());`);
  assert.match(said, /^gpu choice,(cpu|gpu) look,gpu choice$/);
});

test('chooseDevice(device) refuses what there is no TensorFlow for, before anything is fetched', () => {
  const said = inProject(`
    Object.defineProperty(process, 'platform', { value: 'darwin' });
    const { chooseDevice } = await at('device');
    for (const device of ['gpu', 'tpu']) {
      await chooseDevice(device).catch(({ message }) => console.log(message));
    }`);
  assert.match(
    said,
    /^There is no TensorFlow with CUDA for darwin \w+: use --device cpu\.\nThe device is tpu/,
  );
});

test('provideHome() gives a home in the project where the user’s cannot be written, and only there', () => {
  const program = `
    const { provideHome } = await at('home');
    provideHome();
    console.log(process.env.HOME, process.env.npm_config_cache);`;
  assert.equal(
    inProject(program, { HOME: '/no/such/home', npm_config_cache: 'its own' }),
    'ROOT/.venv/home ROOT/.venv/home/.npm',
  );
  const own = temporaryFolder();
  assert.equal(inProject(program, { HOME: own, npm_config_cache: 'its own' }), `${own} its own`);
});

test('requirementsOf(lock) gives each package with its marker and all its checksums', () => {
  for (const lock of ['tensorflow-cpu', 'tensorflow-gpu']) {
    const text = readFileSync(join('requirements', `${lock}.txt`), 'utf8');
    const all = requirementsOf(text);
    assert.equal(all.length, [...text.matchAll(/^[a-z].*==/gm)].length);
    assert.equal(all.join().split('--hash=sha256:').length, text.split('--hash=sha256:').length);
    for (const one of all)
      assert.match(one, /^[\w-]+==[\d.]+( ; [^\\]+)?(\s+--hash=sha256:\w{64})+\s*$/);
  }
});

test('writeWhole(path, content) leaves nothing beside the file, and a stamp tells other inputs', () => {
  const path = join(folder, 'a', 'stamp');
  writeWhole(path, 'garbage');
  assert.equal(isStamped(path, { lock: 1 }), false);
  stamp(path, { lock: 1 });
  assert.equal(isStamped(path, { lock: 1 }), true);
  assert.equal(isStamped(path, { lock: 2 }), false);
  assert.deepEqual(readdirSync(join(folder, 'a')), ['stamp']);
});

for (const [output, expected] of [
  ['npm error code EAI_AGAIN', /^No connection to the package registry/],
  ['OSError: [Errno 28] No space left on device', /^The disk is full/],
  ['g++: internal error', /^Run this again/],
] as const) {
  test(`advice(${output}) says what to do`, () => assert.match(advice(output), expected));
}

test('passOn(source, target) leaves out TensorFlow’s notes alone, whatever the pieces', async () => {
  const note = 'I0000 00:00:17.9 1 port.cc:153] oneDNN custom operations are on. You may …\n';
  const failure = 'E0000 00:00:17.9 1 util.cc:131] oneDNN supports DT_BFLOAT16 only on …\n';
  const mine = ['Warning: mine\n', 'I0000 of mine\n', 'E0000 of mine\n', 'progress 1\rprogress 2'];
  const lines = [mine[0], note, mine[1], failure, ...mine.slice(2), '\nWARN\n'];
  const expected = [...mine, '\nWARN\n'].join('');
  for (const size of [1, 7, 1000]) {
    const [source, target] = [new PassThrough(), new PassThrough()];
    passOn(source, target);
    source.on('end', () => setImmediate(() => target.end()));
    const all = lines.join('');
    for (let at = 0; at < all.length; at += size) source.write(all.slice(at, at + size));
    source.end();
    assert.equal(await text(target), expected);
  }
});

test('the set-up that is done says nothing', () => {
  const code = "import { setUp } from './scripts/setup/steps.mjs'; await setUp({});";
  const { status, stdout, stderr } = node(['--input-type=module', '--eval', code]);
  assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' });
});

test('preflight(steps) names Python and the compiler that are missing, and how to get them', () => {
  const code = `import { preflight } from './scripts/setup/preflight.mjs';
    await preflight([{ needs: ['python', 'compiler'], megabytes: 1 }]);`;
  const { status, stderr } = node(['--input-type=module', '--eval', code], { PATH: folder });
  assert.equal(status, 1);
  assert.match(stderr, /Python 3.10 or newer is missing: with the system's package manager/);
  assert.match(stderr, /A C\+\+ compiler is missing: /);
});

test('preflight(steps) names a disk that is too small', () => {
  const code = `import { preflight } from './scripts/setup/preflight.mjs';
    await preflight([{ needs: [], megabytes: 1e12 }]);`;
  const { stderr } = node(['--input-type=module', '--eval', code]);
  assert.match(stderr, /The set-up needs 1000000000.0 GB of disk, [\d.]+ GB are free/);
});

for (const [words, expected] of [
  [[], /^\s*Which command\? Known: .*doctor/],
  [['no-such'], /There is no command no-such\. Known: /],
  [['doctor', '--device', 'tpu'], /The device is tpu: expected cpu or gpu\./],
] as const) {
  test(`run.mjs ${words.join(' ')} is refused in words, without a stack`, () => {
    const { status, stderr } = node(['scripts/run.mjs', ...words]);
    assert.equal(status, 1);
    assert.match(stderr, expected);
    assert.doesNotMatch(stderr, /\n {4}at /);
  });
}

test('run.mjs doctor --json tells what is used, and ends with 1 if something is off', () => {
  const good = node(['scripts/run.mjs', 'doctor', '--json']);
  const { findings } = JSON.parse(good.stdout);
  const named = (what: string) =>
    findings.find((finding: { what: string }) => finding.what === what);
  assert.match(named('device in use').value, /^(CPU \(|CPU, as|CPU although|GPU: )/);
  assert.match(named('TensorFlow').value, /^2\.21/);
  assert.match(named('kernel').value, /starts and runs a cell/);
  const bad = node(['scripts/run.mjs', 'doctor', '--json'], { FASHION_MNIST_DIR: folder });
  assert.equal(bad.status, 1);
  assert.match(bad.stdout, /not in FASHION_MNIST_DIR/);
  for (const name of Object.keys(publishedFiles)) writeFileSync(join(folder, name), '');
  const unpacked = node(['scripts/run.mjs', 'doctor', '--json'], { FASHION_MNIST_DIR: folder });
  assert.match(unpacked.stdout, /not in FASHION_MNIST_DIR/);
});
