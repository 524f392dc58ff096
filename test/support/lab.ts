/** A real JupyterLab from `.venv` on a free port, for the browser tests. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { paths } from '../../lib/paths';
import { temporaryFolder } from './folder';

export interface Lab {
  /** The folder that it serves. */
  folder: string;
  /** Returns an address of the server with its token. */
  address: (path: string) => string;
  stop: () => Promise<void>;
}

/** Settings of a fresh user; every cell is drawn at once, and nothing asks the network for news. */
const settings = {
  '@jupyterlab/apputils-extension/notification': { fetchNews: 'false', checkForUpdates: false },
  '@jupyterlab/notebook-extension/tracker': { windowingMode: 'none' },
};

/** Returns the folders of a user who has never started Jupyter before. */
export function freshUser(): Record<string, string> {
  const home = temporaryFolder();
  for (const [name, values] of Object.entries(settings)) {
    const file = join(home, 'settings', `${name}.jupyterlab-settings`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(values));
  }
  return {
    JUPYTERLAB_SETTINGS_DIR: join(home, 'settings'),
    JUPYTERLAB_WORKSPACES_DIR: join(home, 'workspaces'),
    JUPYTER_CONFIG_DIR: join(home, 'config'),
    JUPYTER_RUNTIME_DIR: join(home, 'runtime'),
    JUPYTER_PREFER_ENV_PATH: '1',
  };
}

/** Waits for the address that the server says it listens on. */
function listening(server: ChildProcess): Promise<URL> {
  return new Promise((resolve, reject) => {
    let said = '';
    server.stderr?.on('data', (bytes) => {
      said += bytes;
      const found = said.match(/http:\/\/127\.0\.0\.1:\d+\/lab\?token=\w+/);
      if (found) resolve(new URL(found[0]));
    });
    server.once('exit', () => reject(new Error(`JupyterLab did not start:\n${said}`)));
  });
}

/** Starts JupyterLab; its kernels get `environment` too. */
export async function startLab(environment: Record<string, string>): Promise<Lab> {
  const folder = temporaryFolder();
  const flags = ['--no-browser', '--allow-root', '--ServerApp.ip=127.0.0.1', '--ServerApp.port=0'];
  const server = spawn(
    join(paths.root, '.venv', 'bin', 'jupyter-lab'),
    [...flags, `--ServerApp.root_dir=${folder}`],
    {
      env: { ...process.env, ...freshUser(), ...environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const { origin, search } = await listening(server);
  return {
    folder,
    address: (path) => `${origin}${path}${search}`,
    stop: () =>
      new Promise((resolve) => {
        server.once('exit', () => resolve());
        server.kill('SIGTERM');
      }),
  };
}
