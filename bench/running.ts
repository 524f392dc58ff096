/** A contender's process, from its start to its end. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { device } from '../lib/backend';
import { paths } from '../lib/paths';
import type { Contender } from './contenders';
import type { Facts, Request, Task, Work } from './requests';

/** A contender that has built its network and waits. */
export interface Running<What = Task> {
  contender: Contender;
  facts: Facts;
  /** Compiles and warms up; returns how long it took until the first step was done, in seconds. */
  prepare(work: Work<What>): Promise<number>;
  /** Runs steps and returns how long they took together, in seconds. */
  run(work: Work<What>, steps: number): Promise<number>;
  /** The most memory it has had so far, in bytes. */
  memory(): Promise<number>;
  close(): Promise<void>;
}

/**
 * Starts a contender and waits until its network is built.
 *
 * @throws with the end of what the process wrote if it ends or fails; so do all later calls
 */
export async function startContender<What = Task>(
  contender: Contender,
  settings: object,
): Promise<Running<What>> {
  const [program, ...words] = contender.command;
  const child = spawn(program, [...words, JSON.stringify(settings)], {
    cwd: paths.root,
    env: peerEnvironment(),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (bytes) => {
    said = (said + bytes).slice(-2000);
  });
  // A process that has ended takes no more requests; that it has, its answers tell.
  child.stdin.on('error', () => {});
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      said = error.message;
      resolve();
    });
    child.once('close', () => resolve());
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async <Answer>(): Promise<Answer> => {
    const { value, done } = await answers.next();
    if (done) await ended;
    const answer = done ? { error: lastLine(said) } : JSON.parse(value);
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer;
  };
  const ask = <Answer>(request: Request<What>) => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    return next<Answer>();
  };
  const facts = await next<Facts>().catch((error) => {
    child.kill();
    throw error;
  });
  return {
    contender,
    facts,
    prepare: async (work) => (await ask<{ seconds: number }>({ do: 'prepare', ...work })).seconds,
    run: async (work, steps) =>
      (await ask<{ seconds: number }>({ do: 'run', ...work, steps })).seconds,
    memory: async () => (await ask<{ bytes: number }>({ do: 'memory' })).bytes,
    close: async () => {
      child.stdin.end();
      await ended;
    },
  };
}

/** Peers keep their memory as this process does (scripts/setup/start.mjs), and leave a GPU alone where it does. */
export function peerEnvironment(): NodeJS.ProcessEnv {
  const hidden = device() === 'CPU' ? { CUDA_VISIBLE_DEVICES: '' } : {};
  return { ...process.env, ...hidden };
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) || 'The process ended.';
}
