/** Which TensorFlow is installed: the one for the CPU or the one with CUDA. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { answer } from './command.mjs';
import { SetupError } from './failure.mjs';
import { environmentFolder } from './places.mjs';
import { readIfThere, writeWhole } from './stamp.mjs';

/** @typedef {'cpu' | 'gpu'} Device */

const file = join(environmentFolder, 'device');

/** @param {string} program */
function onPath(program) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.some((folder) => existsSync(join(folder, program)));
}

/** Whether there is an NVIDIA GPU with a working driver. */
export async function hasGpu() {
  if (process.platform !== 'linux' || process.arch !== 'x64' || !onPath('nvidia-smi')) return false;
  return (await answer('nvidia-smi', ['-L']))?.includes('GPU ') ?? false;
}

/** @returns {{ device: Device, by: 'choice' | 'look' } | undefined} */
function remembered() {
  const [device, by] = (readIfThere(file) ?? '').trim().split(' ');
  if ((device !== 'cpu' && device !== 'gpu') || (by !== 'choice' && by !== 'look'))
    return undefined;
  return { device, by };
}

/**
 * The device asked for, else the one chosen earlier, else what a look at the machine tells.
 * @param {string | undefined} asked
 * @returns {Promise<Device>}
 */
export async function chooseDevice(asked) {
  if (asked !== undefined && asked !== 'cpu' && asked !== 'gpu') {
    throw new SetupError(`The device is ${asked}: expected cpu or gpu.`);
  }
  const earlier = remembered();
  if (asked === undefined && earlier && isStillTrue(earlier)) return earlier.device;
  const device = asked ?? ((await hasGpu()) ? 'gpu' : 'cpu');
  writeWhole(file, `${device} ${asked ? 'choice' : 'look'}\n`);
  return device;
}

/**
 * Asking nvidia-smi takes up to seconds, so an earlier look holds until the program comes or goes.
 * @param {{ device: Device, by: 'choice' | 'look' }} earlier
 */
function isStillTrue({ device, by }) {
  return by === 'choice' || (device === 'gpu') === onPath('nvidia-smi');
}
