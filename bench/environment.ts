/** The Python environments of the benchmark's peers: made at first use, in `.venv-bench/`. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { paths } from '../lib/paths';
import { chooseDevice, type Device } from '../scripts/setup/device.mjs';
import { preflight } from '../scripts/setup/preflight.mjs';
import { isIntact, makeEnvironment } from '../scripts/setup/python.mjs';
import { digest } from '../scripts/setup/stamp.mjs';
import { perform } from '../scripts/setup/steps.mjs';

export type Peer = 'keras' | 'pytorch';

/** How pip installs a peer, one list of arguments after the other. */
const installs: Record<Peer, (device: Device) => string[][]> = {
  // The lock holds all that is needed; TensorFlow's own has the version of this project.
  keras: (device) => [
    ['--require-hashes', '--no-deps', '-r', `requirements/tensorflow-${device}.txt`],
    ['--require-hashes', '--no-deps', '-r', 'requirements/keras.txt'],
  ],
  pytorch: () => [
    ['--require-hashes', '-r', 'requirements/pytorch.txt'],
    ['-r', 'requirements/pytorch-wheel.txt'],
  ],
};

const megabytes: Record<Peer, Record<Device, number>> = {
  keras: { cpu: 1700, gpu: 8000 },
  pytorch: { cpu: 1000, gpu: 8000 },
};

/**
 * Makes sure of a peer's environment, each in a folder of its own as their CUDA libraries differ.
 *
 * @returns the path of its Python
 */
export async function peerPython(peer: Peer): Promise<string> {
  const folder = join(paths.root, '.venv-bench', peer);
  const { device } = await chooseDevice(undefined);
  const words = installs[peer](device);
  const locks = words.map((install) => install[install.length - 1]);
  const step = {
    name: `Python environment of ${peer}`,
    stamp: join(folder, '.setup'),
    megabytes: megabytes[peer][device],
    inputs: () => ({ locks: locks.map((lock) => [lock, digest(lock)]), root: paths.root }),
    isIntact: () => isIntact(folder),
    needs: ['python' as const],
    run: async () => {
      rmSync(folder, { recursive: true, force: true });
      await makeEnvironment(folder, words);
    },
  };
  await perform([step], preflight);
  return join(folder, 'bin', 'python');
}
