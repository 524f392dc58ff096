/** Step: TensorFlow's libraries and C headers, out of its Python wheel. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { command } from './command.mjs';
import { environmentFolder, tensorflowFolder } from './places.mjs';
import { pipOptions, python } from './python.mjs';
import { digest } from './stamp.mjs';

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

/** @param {string} lock */
async function download(lock) {
  await command(python, [
    // No Python code of the wheels is used, so one Python's wheel serves all.
    ...['-m', 'pip', 'download', ...pipOptions, '--progress-bar=off', '--no-cache-dir'],
    ...['--no-deps', '--only-binary=:all:', '--python-version=3.13', '--dest', downloads],
    ...['--require-hashes', '-r', lock],
  ]);
}

/** Takes the parts out of each wheel and drops it: the wheels alone take gigabytes for a GPU. */
async function unpack() {
  for (const wheel of readdirSync(downloads)) {
    const path = join(downloads, wheel);
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
      tidy();
      mkdirSync(library, { recursive: true });
      await download(lock);
      await unpack();
      place();
      tidy();
    },
  };
}
