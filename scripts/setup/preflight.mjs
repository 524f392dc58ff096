/** What the machine lacks for the steps that are due, named before any work begins. */
import { existsSync, statfsSync } from 'node:fs';
import { findCompiler } from './binding.mjs';
import { answer } from './command.mjs';
import { SetupError } from './failure.mjs';
import { root } from './places.mjs';
import { findPython, hasVenv } from './python.mjs';

/** TensorFlow's wheels exist for these; the project was tried on the first one alone. */
const platforms = ['linux x64', 'linux arm64', 'darwin arm64'];
const triedNodes = ['20', '22', '24'];

/** How to install a thing, by the package manager that the machine has. */
const installers = [
  {
    program: 'apt-get',
    python: 'sudo apt-get install python3',
    venv: 'sudo apt-get install python3-venv',
    compiler: 'sudo apt-get install g++',
  },
  {
    program: 'dnf',
    python: 'sudo dnf install python3',
    venv: 'sudo dnf install python3',
    compiler: 'sudo dnf install gcc-c++',
  },
  {
    program: 'pacman',
    python: 'sudo pacman -S python',
    venv: 'sudo pacman -S python',
    compiler: 'sudo pacman -S gcc',
  },
  {
    program: 'zypper',
    python: 'sudo zypper install python312',
    venv: 'sudo zypper install python312',
    compiler: 'sudo zypper install gcc-c++',
  },
  {
    program: 'brew',
    python: 'brew install python@3.13',
    venv: 'brew install python@3.13',
    compiler: 'xcode-select --install',
  },
];

/** @param {'python' | 'venv' | 'compiler'} thing */
async function howToInstall(thing) {
  for (const installer of installers) {
    if (await answer(installer.program, ['--version'])) return installer[thing];
  }
  return process.platform === 'darwin' && thing === 'compiler'
    ? 'xcode-select --install'
    : "with the system's package manager";
}

/** @returns {string | undefined} */
function platformProblem() {
  const platform = `${process.platform} ${process.arch}`;
  if (process.platform === 'win32') return 'Windows is not supported: use WSL 2 (wsl --install).';
  if (!platforms.includes(platform)) {
    return `There is no TensorFlow 2.21 for ${platform}; there is for ${platforms.join(', ')}.`;
  }
  if (process.platform === 'linux' && existsSync('/etc/alpine-release')) {
    return 'TensorFlow needs the C library glibc, Alpine Linux has musl: use a Debian image (node:22).';
  }
  return undefined;
}

async function pythonProblem() {
  const interpreter = await findPython();
  if (!interpreter) return `Python 3.10 or newer is missing: ${await howToInstall('python')}`;
  if (await hasVenv(interpreter)) return undefined;
  return `${interpreter} lacks the module venv or ensurepip: ${await howToInstall('venv')}`;
}

async function compilerProblem() {
  if (await findCompiler()) return undefined;
  return `A C++ compiler is missing: ${await howToInstall('compiler')}`;
}

/** @param {number} megabytes */
function diskProblem(megabytes) {
  const { bavail, bsize } = statfsSync(root);
  const free = (bavail * bsize) / 1e6;
  if (free >= megabytes) return undefined;
  return `The set-up needs ${(megabytes / 1000).toFixed(1)} GB of disk, ${(free / 1000).toFixed(1)} GB are free at ${root}: free some space.`;
}

/**
 * @param {import('./steps.mjs').Step[]} steps those that are due
 * @throws {SetupError} that lists everything the machine lacks
 */
export async function preflight(steps) {
  const needs = new Set(steps.flatMap((step) => step.needs));
  const megabytes = steps.reduce((sum, step) => sum + step.megabytes, 0);
  const problems = [
    platformProblem(),
    needs.has('python') ? await pythonProblem() : undefined,
    needs.has('compiler') || steps.length > 1 ? await compilerProblem() : undefined,
    diskProblem(megabytes),
  ].filter((problem) => problem !== undefined);
  if (problems.length > 0) {
    throw new SetupError(['Before the set-up can begin:', ...problems].join('\n  - '));
  }
  const [major = ''] = process.versions.node.split('.');
  if (!triedNodes.includes(major)) {
    console.log(`Node ${process.version} was not tried; ${triedNodes.join(', ')} were.`);
  }
}
