/** Remembers what a step was made from, so that it is done again when, and only when, that changed. */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './places.mjs';

/**
 * The digest of a file of the project, for use among a step's inputs.
 * @param {string} path relative to the project's root
 */
export function digest(path) {
  return createHash('sha256')
    .update(readFileSync(join(root, path)))
    .digest('hex');
}

/**
 * Writes a file so that it is there whole or not at all, whenever the process is killed.
 * @param {string} path
 * @param {string} content
 */
export function writeWhole(path, content) {
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.${process.pid}.tmp`;
  writeFileSync(partial, content);
  renameSync(partial, path);
}

/**
 * @param {string} path
 * @returns {string | undefined} the file's content, or undefined if there is none
 */
export function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * @param {string} folder
 * @returns {string[]} the names in it; none if there is no such folder
 */
export function namesIn(folder) {
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** @param {unknown} inputs */
const text = (inputs) => `${JSON.stringify(inputs, null, 1)}\n`;

/**
 * @param {string} path of the stamp
 * @param {unknown} inputs
 */
export function isStamped(path, inputs) {
  return readIfThere(path) === text(inputs);
}

/**
 * @param {string} path
 * @param {unknown} inputs
 */
export function stamp(path, inputs) {
  writeWhole(path, text(inputs));
}

/** @param {string} path */
export function unstamp(path) {
  rmSync(path, { force: true });
}
