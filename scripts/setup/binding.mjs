/** Step: the binding of tfjs-node-gpu, compiled against TensorFlow's libraries. */
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { answer, command } from './command.mjs';
import { SetupError } from './failure.mjs';
import { bindingFile, tensorflowFolder } from './places.mjs';
import { digest, readIfThere } from './stamp.mjs';

const packageFolder = 'node_modules/@tensorflow/tfjs-node-gpu';
const isMac = process.platform === 'darwin';

/** @returns {Promise<string | undefined>} the C++ compiler; the variable CXX names one to prefer */
export async function findCompiler() {
  const usual = isMac ? ['clang++'] : ['g++', 'c++', 'clang++'];
  for (const name of [process.env.CXX, ...usual]) {
    if (name && (await answer(name, ['--version']))) return name;
  }
  return undefined;
}

/** TensorFlow's two libraries, whatever the system's naming. */
function libraries() {
  const names = readdirSync(tensorflowFolder).filter((name) => name.startsWith('libtensorflow_'));
  return names.map((name) => join(tensorflowFolder, name));
}

/** @param {string} output */
function compilerArguments(output) {
  const origin = isMac ? '@loader_path' : '$ORIGIN';
  const runPath = `${origin}/${relative(dirname(bindingFile), tensorflowFolder)}`;
  return [
    ...['-std=c++17', '-O2', '-fPIC', '-shared', '-DNAPI_VERSION=8', '-o', output],
    ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(packageFolder, 'binding', name)),
    ...['-I', 'node_modules/node-api-headers/include', '-I', join(tensorflowFolder, 'include')],
    ...[...libraries(), `-Wl,-rpath,${runPath}`],
    ...(isMac ? ['-undefined', 'dynamic_lookup'] : []),
  ];
}

/** @type {import('./steps.mjs').Step} */
export const binding = {
  name: 'binding to TensorFlow',
  stamp: `${bindingFile}.setup`,
  megabytes: 10,
  inputs: () => ({
    tensorflow: readIfThere(join(tensorflowFolder, '.setup')),
    package: digest('package-lock.json'),
    how: digest('scripts/setup/binding.mjs'),
  }),
  isIntact: () => existsSync(bindingFile),
  needs: ['compiler'],
  run: async () => {
    const compiler = await findCompiler();
    if (!compiler) throw new SetupError('There is no C++ compiler.');
    mkdirSync(dirname(bindingFile), { recursive: true });
    const partial = `${bindingFile}.tmp`;
    await command(compiler, compilerArguments(partial));
    renameSync(partial, bindingFile);
    const trial = ['--import', 'tsx', 'scripts/setup/trial.ts'];
    await command(process.execPath, trial, { TF_CPP_MIN_LOG_LEVEL: '2' });
  },
};
