/** Runs a script of the project inside its set-up. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SetupError } from './failure.mjs';
import { provideHome } from './home.mjs';
import { environmentFolder, root } from './places.mjs';
import { runProgram } from './program.mjs';
import { setUp } from './steps.mjs';

/**
 * Makes sure of the set-up, runs `scripts/NAME.ts` through tsx and returns its exit code; with `--help`, tells
 * what the command takes, and no more.
 * @param {string[]} words the name, its arguments, and anywhere among them `--device cpu|gpu`
 */
export async function start(words) {
  const { name, device, rest } = parse(words);
  const script = join('scripts', `${name}.ts`);
  if (!existsSync(join(root, script))) throw new SetupError(usage(name));
  if (rest.includes('--help')) {
    console.log(help(script));
    return 0;
  }
  provideHome();
  await setUp({ device });
  return runProgram(process.execPath, ['--import', 'tsx', script, ...rest], environment(name));
}

/** @param {string[]} words */
function parse(words) {
  const rest = [...words];
  const at = rest.findIndex((word) => word === '--device' || word.startsWith('--device='));
  const flag = at < 0 ? undefined : rest.splice(at, rest[at] === '--device' ? 2 : 1).at(-1);
  const device = flag?.replace('--device=', '') ?? (process.env.FASHION_MNIST_DEVICE || undefined);
  return { name: rest.shift(), device, rest };
}

/** @param {string | undefined} name */
function usage(name) {
  const names = readdirSync(join(root, 'scripts')).filter((file) => file.endsWith('.ts'));
  const known = names.map((file) => file.slice(0, -3)).join(', ');
  const problem = name === undefined ? 'Which command?' : `There is no command ${name}.`;
  return `${problem} Known: ${known}.\nnode scripts/run.mjs NAME [--device cpu|gpu] [arguments]`;
}

/**
 * What a command does and takes: the comment at the head of its script.
 * @param {string} script
 */
function help(script) {
  const [, comment = ''] =
    readFileSync(join(root, script), 'utf8').match(/^\/\*\*(.*?)\*\//s) ?? [];
  return comment.replace(/^ ?\*? ?/gm, '').trim();
}

/**
 * Tells glibc to keep freed memory, in bytes: by itself PyTorch, which frees and allocates large tensors in each
 * step, spends up to a sixth of a training in the kernel, giving their pages back and taking them again. A benchmark
 * tells it all that it measures, this project too.
 */
const keptMemory = {
  MALLOC_MMAP_THRESHOLD_: String(2 ** 32),
  MALLOC_TRIM_THRESHOLD_: String(2 ** 33),
};

/**
 * @param {string} [name] the command
 * @returns {Record<string, string | undefined>}
 */
export function environment(name) {
  return {
    ...(name === 'bench' ? keptMemory : {}),
    // TensorFlow's notes about itself would drown a script's own lines; its errors stay.
    TF_CPP_MIN_LOG_LEVEL: '2',
    // Without this the first process takes the whole memory of a GPU.
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    // Node's downloads go through a proxy only if they are told to.
    NODE_USE_ENV_PROXY: '1',
    ...process.env,
    PATH: [join(environmentFolder, 'bin'), process.env.PATH].join(delimiter),
  };
}
