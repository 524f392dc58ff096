/** A process that has ended, but whose parent does not notice: it keeps its number and its start (proc(5)). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

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
    let fields: string[];
    do {
      await sleep(20);
      fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1].split(' ');
    } while (fields[0] !== 'Z');
    await work({ pid, start: fields[19] });
  } finally {
    parent.kill('SIGKILL');
  }
}
