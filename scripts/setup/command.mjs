/** Runs a program of a step and keeps the end of what it printed. */
import { execFile, spawn } from 'node:child_process';
import { noteChild } from './lock.mjs';
import { root } from './places.mjs';

/** A program that ended badly, with the last lines of its output. */
export class CommandError extends Error {
  /**
   * @param {string} command
   * @param {string} how
   * @param {string} output
   */
  constructor(command, how, output) {
    super(`${command} ${how}`);
    this.output = output;
  }
}

/**
 * Runs a program at the project's root.
 * @param {string} program
 * @param {string[]} args
 * @param {Record<string, string>} [environment] added to this process's own
 * @returns {Promise<void>}
 */
export function command(program, args, environment = {}) {
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  noteChild(child.pid);
  let output = '';
  /** @param {Buffer} chunk */
  const keep = (chunk) => {
    output = (output + chunk).slice(-8000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const line = [program, ...args].join(' ');
  return new Promise((resolve, reject) => {
    child.on('error', (error) => reject(new CommandError(line, 'did not start', error.message)));
    child.on('close', (code, signal) => {
      noteChild(undefined);
      const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
      if (code === 0) resolve();
      else reject(new CommandError(line, how, output));
    });
  });
}

/**
 * What a program prints, or undefined if it is not there or ends badly.
 * @param {string} program
 * @param {string[]} args
 * @returns {Promise<string | undefined>}
 */
export function answer(program, args) {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: 20_000 }, (error, output) =>
      resolve(error ? undefined : output.trim()),
    );
  });
}
