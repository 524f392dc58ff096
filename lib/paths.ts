/** The project's folders. The kernel, the scripts and the tests all run at the project's root. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

function projectRoot(): string {
  const root = resolve(process.env.FASHION_MNIST_PROJECT ?? '.');
  if (!existsSync(join(root, 'package.json')) || !existsSync(join(root, 'lib'))) {
    throw new Error(
      `${root} is not the project's root (no package.json and lib/ in it): ` +
        'start from there, or set FASHION_MNIST_PROJECT to it.',
    );
  }
  return root;
}

const root = projectRoot();

/** Returns a folder of the project, or the one that an environment variable names in its place. */
function folder(name: string, variable: string): string {
  const named = process.env[variable];
  return named ? resolve(root, named) : join(root, name);
}

/** Absolute paths of the project's folders; not all of them exist in a fresh clone. */
export const paths = {
  root,
  data: join(root, 'data'),
  logs: folder('logs', 'FASHION_MNIST_LOGS'),
  models: folder('models', 'FASHION_MNIST_MODELS'),
  notebooks: join(root, 'notebooks'),
  reports: join(root, 'reports'),
};
