/** Ctrl-C, SIGTERM and a closed terminal, with the real command. */
import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { inFolder } from '../support/folder';
import type { Fault } from './fault';
import { listen, makePlayground, runIn, startTraining } from './playground';

/** Ctrl-C and the end of a terminal reach the whole group; `kill` reaches npm alone. */
interface Stop {
  signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP';
  reaches: 'group' | 'npm';
}

const stops: Stop[] = [
  { signal: 'SIGINT', reaches: 'group' },
  { signal: 'SIGTERM', reaches: 'npm' },
  { signal: 'SIGTERM', reaches: 'group' },
  { signal: 'SIGHUP', reaches: 'group' },
];

export const stopSignals: Fault = {
  name: 'Ctrl-C, SIGTERM, SIGHUP in mid-training (npm run train), then --resume',
  times: { quick: 2, full: 12 },
  async run(times, attempt) {
    for (let index = 0; index < times; index++) {
      const stop = stops[index % stops.length];
      await attempt(() => inFolder((folder) => stopAndResume(folder, stop)));
    }
    return 'exit codes 130, 143, 129; a checkpoint after the present step; how to resume is said';
  },
};

async function stopAndResume(folder: string, { signal, reaches }: Stop): Promise<void> {
  makePlayground(folder);
  const child = startTraining(folder, 'quick', '--epochs', '300', '--name', 'stopped');
  const first = listen(child);
  await first.seen(/epoch \d+/);
  await pause(500 * Math.random());
  process.kill(reaches === 'group' ? -child.pid! : child.pid!, signal);
  const stopped = await first.end;
  assert.equal(
    stopped.code,
    128 + constants.signals[signal],
    `${signal} to ${reaches}: ${stopped.said}`,
  );
  assert.match(stopped.said, /Go on with: npm run train -- --resume stopped/);
  const before = await runIn(folder, 'stopped');
  assert.equal(before.record.state, 'interrupted');

  const again = startTraining(folder, '--resume', 'stopped');
  const second = listen(again);
  await second.seen(/epoch \d+/);
  process.kill(-again.pid!, 'SIGINT');
  assert.equal((await second.end).code, 130);
  const after = await runIn(folder, 'stopped');
  assert.equal(after.record.resumed.length, 1);
  assert.deepEqual(after.history.slice(0, before.history.length), before.history);
}
