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

function canHaveGpu() {
  return process.platform === 'linux' && process.arch === 'x64';
}

/** Whether there is an NVIDIA GPU with a working driver. */
export async function hasGpu() {
  if (!canHaveGpu() || !onPath('nvidia-smi')) return false;
  return (await answer('nvidia-smi', ['-L']))?.includes('GPU ') ?? false;
}

/**
 * A device, and whether somebody chose it or a look at the machine told.
 * @typedef {{ device: Device, by: 'choice' | 'look' }} Choice
 */

/** @returns {Choice | undefined} */
function remembered() {
  const [device, by] = (readIfThere(file) ?? '').trim().split(' ');
  if ((device !== 'cpu' && device !== 'gpu') || (by !== 'choice' && by !== 'look'))
    return undefined;
  return { device, by };
}

/**
 * The device asked for, else the one chosen earlier, else what a look at the machine tells.
 * @param {string | undefined} asked
 * @returns {Promise<Choice>}
 */
export async function chooseDevice(asked) {
  if (asked !== undefined && asked !== 'cpu' && asked !== 'gpu') {
    throw new SetupError(`The device is ${asked}: expected cpu or gpu.`);
  }
  if (asked === 'gpu' && !canHaveGpu()) {
    throw new SetupError(
      `There is no TensorFlow with CUDA for ${process.platform} ${process.arch}: use --device cpu.`,
    );
  }
  if (asked !== undefined) return { device: asked, by: 'choice' };
  const earlier = remembered();
  if (earlier && isStillTrue(earlier)) return earlier;
  return { device: (await hasGpu()) ? 'gpu' : 'cpu', by: 'look' };
}

/**
 * Keeps a choice for the commands that follow.
 * @param {Choice} choice
 */
export function remember({ device, by }) {
  const known = remembered();
  if (known?.device !== device || known.by !== by) writeWhole(file, `${device} ${by}\n`);
}

/**
 * Asking nvidia-smi takes up to seconds, so an earlier look holds until the program comes or goes.
 * @param {Choice} earlier
 */
function isStillTrue({ device, by }) {
  return by === 'choice' || (device === 'gpu') === onPath('nvidia-smi');
}
