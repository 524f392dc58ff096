/** Runs a program in the foreground, in place of this process. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { root } from './places.mjs';
import { passOn } from './quiet.mjs';

/**
 * Runs a program at the project's root until it ends; signals are passed on to it.
 * @param {string} program
 * @param {string[]} args
 * @param {Record<string, string | undefined>} [environment] instead of this process's own
 * @returns {Promise<number>} its exit code, as a shell would tell it
 */
export function runProgram(program, args, environment = process.env) {
  const stdio = /** @type {['inherit', 'inherit', 'pipe']} */ (['inherit', 'inherit', 'pipe']);
  const child = spawn(program, args, { cwd: root, env: environment, stdio });
  passOn(child.stderr, process.stderr);
  // The terminal may be closed: then the program ends in its own time, and this process with it.
  process.stderr.on('error', () => {});
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => child.kill(signal));
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) =>
      resolve(code ?? 128 + constants.signals[signal ?? 'SIGTERM']),
    );
  });
}
