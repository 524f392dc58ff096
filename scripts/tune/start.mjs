/**
 * Starts the driver of a search: `node scripts/tune/start.mjs FOLDER DATA`. FOLDER has the search.json that
 * says what to search, DATA the images. Makes sure of the Python environment first.
 */
import { runProgram } from '../setup/program.mjs';
import { tunePython } from './environment.mjs';

try {
  const [folder = '', data = ''] = process.argv.slice(2);
  const driver = ['scripts/tune/driver.py', folder, process.execPath, data];
  process.exitCode = await runProgram(await tunePython(), driver);
} catch (error) {
  const known = /** @type {Error} */ (error);
  console.error(known.name === 'SetupError' ? known.message : known);
  process.exitCode = 1;
}
