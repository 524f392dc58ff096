/**
 * `npm run doctor [-- --json]`: what is installed, what TensorFlow computes on, and what is missing.
 * Ends with exit code 1 if something is off.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { chromiumAdvice, findChromium } from '../lib/chromium';
import { runCommand } from '../lib/command';
import { paths } from '../lib/paths';
import { debianFolder, publishedFiles } from '../lib/published-files';
import { processorFeatures } from './doctor/processor';
import { hasGpu } from './setup/device.mjs';

/** One line of the table. `note` is worth knowing, `off` keeps something from working. */
interface Finding {
  what: string;
  value: string;
  state?: 'note' | 'off';
}

const environment = join(paths.root, '.venv');
const python = join(environment, 'bin', 'python');

/** Returns what a program says, or throws its last line. */
function ask(program: string, args: string[]): string {
  return execFileSync(program, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}

/** Returns the finding, or one that tells why there is none. */
function attempt(what: string, find: () => Omit<Finding, 'what'>): Finding {
  try {
    return { what, ...find() };
  } catch (error) {
    const lines = (error instanceof Error ? error.message : String(error)).trim().split('\n');
    return { what, value: lines.at(-1) ?? '', state: 'off' };
  }
}

function packageVersion(name: string): Finding {
  return attempt(name, () => {
    const file = join(paths.root, 'node_modules', name, 'package.json');
    return { value: JSON.parse(readFileSync(file, 'utf8')).version };
  });
}

function pythonVersions(): Finding[] {
  const names = ['jupyterlab', 'nbconvert', 'plotly', 'tensorboard'];
  const code = `import sys, importlib.metadata as m
print(sys.version.split()[0], *map(m.version, ${JSON.stringify(names)}))`;
  const found = attempt('Python', () => ({ value: ask(python, ['-c', code]) }));
  if (found.state) return [found];
  const [version, ...others] = found.value.split(' ');
  return [
    { what: 'Python', value: version },
    ...others.map((value, index) => ({ what: names[index], value })),
  ];
}

/** TensorFlow and what it computes on; what to do if it cannot be loaded is a finding as well. */
async function tensorflow(): Promise<Finding[]> {
  const loaded = await import('../lib/backend').catch((error: Error) => error);
  if (loaded instanceof Error) {
    const [reason] = loaded.message.split('\n');
    const value = `${reason}: remove .venv and node_modules, then npm run doctor`;
    return [{ what: 'TensorFlow', value, state: 'off' }];
  }
  const { tf, device } = loaded;
  const { binding } = tf.backend() as unknown as { binding: { TF_Version: string } };
  const build = existsSync(join(environment, 'lib', 'nvidia')) ? 'with CUDA' : 'for the CPU';
  return [
    { what: 'TensorFlow', value: `${binding.TF_Version}, ${build}` },
    {
      what: 'backend',
      value: `${tf.getBackend()}, 1 + 1 = ${tf.tidy(() => tf.add(1, 1).arraySync())}`,
    },
    await deviceInUse(device()),
  ];
}

async function deviceInUse(device: 'CPU' | 'GPU'): Promise<Finding> {
  const what = 'device in use';
  if (device === 'GPU') return { what, value: `GPU: ${gpuNames()}` };
  if (!(await hasGpu())) return { what, value: 'CPU (no NVIDIA GPU found)' };
  const chosen = readFileSync(join(environment, 'device'), 'utf8').trim();
  if (chosen === 'cpu choice') {
    const value = 'CPU, as chosen, although nvidia-smi sees a GPU: npm start -- --device gpu';
    return { what, value, state: 'note' };
  }
  const how = chosen.startsWith('gpu')
    ? 'TensorFlow could not open it, TF_CPP_MIN_LOG_LEVEL=0 npm run doctor tells why'
    : 'npm start -- --device gpu installs the TensorFlow for it';
  return { what, value: `CPU although nvidia-smi sees a GPU: ${how}`, state: 'off' };
}

function gpuNames(): string {
  return ask('nvidia-smi', ['--query-gpu=name', '--format=csv,noheader']).split('\n').join(', ');
}

function processor(): Finding[] {
  const cores = `${os.availableParallelism()} cores, ${os.cpus()[0]?.model.trim() ?? 'unknown'}`;
  const memory = `${(os.totalmem() / 2 ** 30).toFixed(1)} GiB, ${(os.freemem() / 2 ** 30).toFixed(1)} free`;
  return [
    { what: 'processor', value: cores },
    { what: 'instructions', value: processorFeatures().join(', ') || 'none that speed this up' },
    { what: 'memory', value: memory },
  ];
}

function data(): Finding {
  const named = process.env.FASHION_MNIST_DIR;
  const folders = named ? [named] : [paths.data, debianFolder];
  const names = Object.keys(publishedFiles);
  const isThere = (folder: string, name: string) => existsSync(join(folder, `${name}.gz`));
  const found = folders.find((folder) => names.every((name) => isThere(folder, name)));
  if (found) return { what: 'data', value: found };
  const how = named ? `not in FASHION_MNIST_DIR=${named}` : 'not there yet: npm start fetches it';
  return { what: 'data', value: how, state: 'off' };
}

function kernel(): Finding {
  return attempt('kernel', () => {
    const seconds = ask(python, [join(paths.root, 'scripts', 'doctor', 'kernel.py')]);
    return { value: `TypeScript (tslab), starts and runs a cell in ${seconds} s` };
  });
}

function browser(): Finding {
  const found = findChromium();
  if (found) return { what: 'Chromium', value: found };
  return { what: 'Chromium', value: `none, the tests need it: ${chromiumAdvice}`, state: 'note' };
}

async function examine(): Promise<Finding[]> {
  const packages = ['@tensorflow/tfjs-node-gpu', 'danfojs-node', 'plotly.js-dist-min', 'tslab'];
  return [
    { what: 'Node', value: `${process.version}, ${process.platform} ${process.arch}` },
    ...packages.map(packageVersion),
    ...pythonVersions(),
    ...(await tensorflow()),
    ...processor(),
    data(),
    kernel(),
    browser(),
  ];
}

function table(findings: Finding[]): string {
  const width = Math.max(...findings.map(({ what }) => what.length));
  const marks = { off: '✗', note: '!' };
  return findings
    .map(
      ({ what, value, state }) => `${state ? marks[state] : ' '} ${what.padEnd(width)}  ${value}`,
    )
    .join('\n');
}

async function main(): Promise<void> {
  const findings = await examine();
  const isOff = findings.some(({ state }) => state === 'off');
  const isJson = process.argv.includes('--json');
  console.log(isJson ? JSON.stringify({ isOff, findings }, null, 2) : table(findings));
  if (!isJson) console.log(isOff ? '\nSomething is off: see ✗.' : '\nAll is well.');
  process.exitCode = isOff ? 1 : 0;
}

runCommand(main);
