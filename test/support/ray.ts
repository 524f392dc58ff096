/** A Ray cluster of several nodes on this machine, for tests of what happens when one of them is lost. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { paths } from '../../lib/paths';

const ray = join(paths.root, '.venv-tune', 'bin', 'ray');

export interface Cluster {
  /** For RAY_ADDRESS. */
  address: string;
  /** The second node; its processes are a group of their own. */
  second: ChildProcess;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

/** Starts a node as `ray start` does on a machine of a cluster; it has the CPUs of one trial. */
async function startNode(words: string[]): Promise<ChildProcess> {
  const node = spawn(ray, ['start', '--block', '--num-cpus=1', '--disable-usage-stats', ...words], {
    detached: true,
    env: { ...process.env, RAY_worker_niceness: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [node.stdout, node.stderr]) stream.on('data', (bytes) => (said += bytes));
  for (let wait = 0; !said.includes('Ray runtime started'); wait++) {
    if (node.exitCode !== null || wait > 1800) throw new Error(`Ray did not start: ${said}`);
    await sleep(100);
  }
  return node;
}

/** Ends a node as a power cut would: all its processes at once. */
export function killNode(node: ChildProcess): void {
  process.kill(-(node.pid as number), 'SIGKILL');
}

/** Starts two nodes; a driver on this machine joins the first. They and it share a token by the environment. */
export async function startCluster(): Promise<Cluster> {
  Object.assign(process.env, {
    RAY_AUTH_MODE: 'token',
    RAY_AUTH_TOKEN: randomBytes(32).toString('hex'),
  });
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const memory = '--object-store-memory=200000000';
  const first = await startNode(['--head', `--port=${port}`, '--include-dashboard=false', memory]);
  const second = await startNode([`--address=${address}`, memory]);
  const stop = async () => {
    for (const node of [second, first]) {
      if (node.exitCode !== null || node.signalCode !== null) continue;
      node.kill('SIGTERM');
      await Promise.race([once(node, 'exit'), sleep(20_000)]);
      try {
        killNode(node);
      } catch {
        // It is gone with all its processes.
      }
    }
  };
  return { address, second, stop };
}
