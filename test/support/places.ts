/** Places of their own for what tests train, so that nobody finds it among his runs. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { paths } from '../../lib/paths';
import { temporaryFolder } from './folder';

/** What a kernel needs in its environment to run notebooks on the forty images of the fixture. */
export function fixtureEnvironment(): Record<string, string> {
  const root = temporaryFolder();
  const [logs, models] = ['logs', 'models'].map((name) => join(root, name));
  cpSync(join(paths.logs, 'published'), join(logs, 'published'), { recursive: true });
  const filter = (path: string) => path !== join(paths.models, 'runs');
  cpSync(paths.models, models, { recursive: true, filter });
  return {
    FASHION_MNIST_DIR: join(paths.root, 'test', 'fixtures'),
    FASHION_MNIST_LOGS: logs,
    FASHION_MNIST_MODELS: models,
  };
}
