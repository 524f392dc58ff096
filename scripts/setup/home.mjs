/** A home for the programs that want one, where the user's cannot be written. */
import { accessSync, constants, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { environmentFolder } from './places.mjs';

function isWritable() {
  try {
    accessSync(homedir(), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Gives this process, and what it starts, a home inside the project if its own cannot be written: npm, pip and
 * Jupyter keep files there, and a container that runs as a user without an account has none.
 */
export function provideHome() {
  if (isWritable()) return;
  const home = join(environmentFolder, 'home');
  mkdirSync(home, { recursive: true });
  // npm tells the scripts that it runs where its own cache is.
  Object.assign(process.env, { HOME: home, npm_config_cache: join(home, '.npm') });
}
