/** Step: the description by which Jupyter finds the kernel, in the project's environment only. */
import { join } from 'node:path';
import { kernelFile, root } from './places.mjs';
import { readIfThere, writeWhole } from './stamp.mjs';

/** The content of kernel.json: absolute paths, so that the kernel starts from wherever Jupyter runs. */
function description() {
  const content = {
    argv: [process.execPath, join(root, 'kernel/start.cjs'), '{connection_file}'],
    display_name: 'TypeScript',
    language: 'typescript',
    interrupt_mode: 'signal',
    env: {
      TF_CPP_MIN_LOG_LEVEL: '2',
      TF_FORCE_GPU_ALLOW_GROWTH: 'true',
      NODE_USE_ENV_PROXY: '1',
    },
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** @type {import('./steps.mjs').Step} */
export const kernel = {
  name: 'kernel for notebooks',
  stamp: join(root, '.venv/share/jupyter/kernels/tslab/.setup'),
  megabytes: 0,
  inputs: () => ({ description: description() }),
  isIntact: () => readIfThere(kernelFile) === description(),
  needs: [],
  run: async () => writeWhole(kernelFile, description()),
};
