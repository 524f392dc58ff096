import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import test, { after, before } from 'node:test';
import { paths } from '../lib/paths';
import { freshUser } from './support/lab';

let server: ChildProcess;
let address: URL;

before(async () => {
  const words = ['scripts/lab.ts', '--no-browser', '--ServerApp.port=0'];
  server = spawn(process.execPath, ['--import', 'tsx', ...words], {
    cwd: paths.root,
    env: { ...process.env, ...freshUser() },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  address = await new Promise((resolve, reject) => {
    let said = '';
    server.stderr?.on('data', (bytes) => {
      said += bytes;
      const found = /http:\/\/127\.0\.0\.1:\d+\/\S*token=\w+/.exec(said);
      if (found) resolve(new URL(found[0]));
    });
    server.once('exit', () => reject(new Error(`JupyterLab did not start:\n${said}`)));
  });
});

after(async () => {
  server.kill('SIGTERM');
  await once(server, 'exit');
});

/** Asks the server for the files that it serves, or for a kernel; returns the answer's status. */
async function statusOf(path: string, { token = '', method = 'GET' } = {}): Promise<number> {
  const headers: Record<string, string> = token === '' ? {} : { Authorization: `token ${token}` };
  const { status } = await fetch(new URL(path, address.origin), {
    method,
    headers,
    // Who has no token is led to the page that asks for it.
    redirect: 'manual',
  });
  return status;
}

test('npm run lab: nobody reads files or starts kernels without the token', async () => {
  const token = address.searchParams.get('token') ?? '';
  assert.match(token, /^[0-9a-f]{40,}$/);
  for (const path of ['/api/contents/README.md', '/api/kernels', '/files/package.json']) {
    assert.equal(await statusOf(path, { token }), 200, path);
    assert.notEqual(await statusOf(path), 200, path);
    assert.notEqual(await statusOf(path, { token: 'wrong' }), 200, path);
  }
  assert.equal(await statusOf('/api/kernels', { method: 'POST' }), 403);
});

test('npm run lab: the server answers this machine alone', async (context) => {
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, scopeid }) => !internal && !scopeid)
    .map(({ address }) => address);
  // Linux answers to all of 127.0.0.0/8: a server on every address would answer there, too.
  if (process.platform === 'linux') others.push('127.0.0.2');
  if (others.length === 0) return context.skip('this machine has no address but its own');
  for (const other of others) {
    const socket = connect(Number(address.port), other);
    const [error] = (await Promise.race([once(socket, 'error'), once(socket, 'connect')])) as [
      NodeJS.ErrnoException?,
    ];
    socket.destroy();
    assert.equal(error?.code, 'ECONNREFUSED', other);
  }
});
