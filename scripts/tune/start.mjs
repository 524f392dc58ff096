/**
 * Starts the driver of a search: `node scripts/tune/start.mjs FOLDER`, whose search.json says what to search.
 * Makes sure of the Python environment first.
 */
import { runProgram } from '../setup/program.mjs';
import { tunePython } from './environment.mjs';

try {
  const driver = ['scripts/tune/driver.py', process.argv[2] ?? '', process.execPath];
  process.exitCode = await runProgram(await tunePython(), driver);
} catch (error) {
  const known = /** @type {Error} */ (error);
  console.error(known.name === 'SetupError' ? known.message : known);
  process.exitCode = 1;
}
