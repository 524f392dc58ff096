/** A process that has ended, but whose parent does not notice: it keeps its number and its start (proc(5)). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Stat, statOf } from './processes';

export interface Zombie {
  pid: number;
  /** When it was started, in ticks since the machine was. */
  start: string;
}

/** Makes one for as long as the work takes; on Linux. */
export async function withZombie(work: (zombie: Zombie) => void | Promise<void>): Promise<void> {
  const parent = spawn('sh', ['-c', 'sleep 0.2 & echo $!; exec sleep 600'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [said] = await once(parent.stdout, 'data');
    const pid = Number(said);
    while (statOf(pid)?.state !== 'Z') await sleep(20);
    await work({ pid, start: (statOf(pid) as Stat).start });
  } finally {
    parent.kill('SIGKILL');
  }
}
