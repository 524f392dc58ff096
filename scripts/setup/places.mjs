/** Where the set-up puts things: all of it inside the project's folder. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The project's Python environment. */
export const environmentFolder = join(root, '.venv');

/** TensorFlow's libraries and C headers; the CUDA libraries lie in `nvidia/` beside it. */
export const tensorflowFolder = join(environmentFolder, 'lib', 'tensorflow');

/** The compiled binding between Node and TensorFlow, where tfjs-node-gpu looks for it. */
export const bindingFile = join(
  root,
  'node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node',
);

/** The description by which Jupyter finds the kernel. */
export const kernelFile = join(environmentFolder, 'share/jupyter/kernels/tslab/kernel.json');
