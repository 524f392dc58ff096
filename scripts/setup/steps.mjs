/** The whole set-up: which steps there are, which of them are due, and their turn. */
import { binding } from './binding.mjs';
import { CommandError } from './command.mjs';
import { chooseDevice, remember } from './device.mjs';
import { advice, SetupError } from './failure.mjs';
import { kernel } from './kernel.mjs';
import { labSettings } from './lab.mjs';
import { withLock } from './lock.mjs';
import { packages } from './packages.mjs';
import { preflight } from './preflight.mjs';
import { showProgress } from './progress.mjs';
import { environment } from './python.mjs';
import { isStamped, stamp, unstamp } from './stamp.mjs';
import { tensorflow } from './tensorflow.mjs';

/**
 * A part of the set-up. It is done when its stamp, written last, names the inputs of today.
 * @typedef {object} Step
 * @property {string} name
 * @property {string} stamp path of the stamp, inside what the step makes
 * @property {number} megabytes of disk that the step takes at its height
 * @property {() => unknown} inputs what the result depends on
 * @property {() => boolean} [isIntact] whether the result still works, where a stamp cannot tell
 * @property {('python' | 'compiler')[]} needs
 * @property {() => Promise<void>} run makes the result anew, whatever an earlier run left
 */

/** @param {Step} step */
function isDone(step) {
  return isStamped(step.stamp, step.inputs()) && (step.isIntact?.() ?? true);
}

/**
 * Does the steps that are due; says nothing and takes no time when none is.
 * @param {{ device?: string }} options the device asked for, if any
 */
export async function setUp({ device }) {
  const choice = await chooseDevice(device);
  // A choice that the machine cannot serve is not kept, or it would block every later command.
  await perform(plan(choice.device), async (due) => {
    await preflight(due);
    remember(choice);
  });
  remember(choice);
}

/**
 * Does those of the steps that are not done, in their order, while no other set-up is at work.
 * @param {Step[]} steps
 * @param {(due: Step[]) => Promise<void>} check called before any work begins
 */
export async function perform(steps, check) {
  if (steps.every(isDone)) return;
  await withLock(console.log, async () => {
    await check(steps.filter((step) => !isDone(step)));
    const begin = performance.now();
    // Looked at one by one: npm, for one, removes the binding with everything else.
    for (const step of steps) if (!isDone(step)) await doStep(step);
    console.log(`Set up in ${((performance.now() - begin) / 1000).toFixed(0)} s.\n`);
  });
}

/**
 * @param {import('./device.mjs').Device} device
 * @returns {Step[]}
 */
function plan(device) {
  return [packages, environment, tensorflow(device), binding, kernel, labSettings];
}

/** @param {Step} step */
async function doStep(step) {
  const end = showProgress(step.name);
  try {
    unstamp(step.stamp);
    await step.run();
    stamp(step.stamp, step.inputs());
  } catch (error) {
    end('failed');
    throw error instanceof CommandError ? explain(step, error) : error;
  }
  end('done');
}

/**
 * @param {Step} step
 * @param {CommandError} error
 */
function explain(step, error) {
  const lines = error.output.trimEnd().split('\n').slice(-20);
  const shown = lines.map((line) => `  | ${line}`).join('\n');
  return new SetupError(
    `The step "${step.name}" failed: ${error.message}\n${shown}\n${advice(error.output)}`,
  );
}
