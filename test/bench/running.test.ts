import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { augmented, type Contender, tensorflowJs, thisProject } from '../../bench/contenders';
import type { Settings } from '../../bench/requests';
import { startContender } from '../../bench/running';
import { environment } from '../../scripts/setup/start.mjs';
import { processesWith } from '../support/processes';

const settings: Settings = {
  network: { kind: 'plain', widths: [4], convolutions: 1 },
  shape: [8, 8, 1],
  mean: 0.3,
  deviation: 0.4,
  precision: 'float32',
  variant: '',
};
/** Kernel, scale and offset, dense layer. */
const parameters = 9 * 4 + 2 * 4 + 4 * 10 + 10;

const cases: [string, Contender, Partial<Settings>][] = [
  ['this project', thisProject, {}],
  ['this project in bfloat16', thisProject, { precision: 'bfloat16' }],
  ['this project with augmentation', augmented, { variant: 'augmented', shape: [28, 28, 1] }],
  ['TensorFlow.js as it ships', tensorflowJs, {}],
];

for (const [name, contender, changes] of cases) {
  test(`${name} gets ready, trains, predicts and ends`, async () => {
    const running = await startContender(contender, { ...settings, ...changes });
    assert.equal(running.facts.parameters, parameters);
    for (const task of ['train', 'predict'] as const) {
      assert.ok((await running.prepare({ task, batch: 5 })) > 0);
      assert.ok((await running.run({ task, batch: 5 }, 2)) > 0);
    }
    assert.ok((await running.memory()) > 50e6);
    await running.close();
  });
}

test('startContender(contender) tells the last words of a process that ends, and of one that cannot start', async () => {
  const failing = (command: string[]): Contender => ({ ...thisProject, command });
  const program = 'console.error("one"); console.error("no compiler"); process.exit(1)';
  await assert.rejects(
    startContender(failing([process.execPath, '--eval', program]), settings),
    /^Error: no compiler$/,
  );
  await assert.rejects(startContender(failing(['./no-such-program']), settings), /ENOENT/);
});

test('a benchmark tells glibc to keep the memory of its own process, and so of all that it starts', async () => {
  const { MALLOC_MMAP_THRESHOLD_, MALLOC_TRIM_THRESHOLD_ } = environment('bench');
  assert.deepEqual([MALLOC_MMAP_THRESHOLD_, MALLOC_TRIM_THRESHOLD_], ['4294967296', '8589934592']);
  assert.ok(!('MALLOC_TRIM_THRESHOLD_' in environment('train')));
  const program = 'console.error(process.env.MALLOC_TRIM_THRESHOLD_); process.exit(1)';
  const command = [process.execPath, '--eval', program];
  const own = process.env.MALLOC_TRIM_THRESHOLD_;
  process.env.MALLOC_TRIM_THRESHOLD_ = MALLOC_TRIM_THRESHOLD_;
  try {
    await assert.rejects(startContender({ ...thisProject, command }, settings), /8589934592/);
  } finally {
    if (own === undefined) delete process.env.MALLOC_TRIM_THRESHOLD_;
    else process.env.MALLOC_TRIM_THRESHOLD_ = own;
  }
});

test('startContender(contender) ends a process that says something else than it was asked', {
  skip: !existsSync('/proc/self') && 'processes are found in Linux’s /proc',
}, async () => {
  const program = `console.log('Hello'); setInterval(() => {}, 1000)`;
  const command = [process.execPath, '--eval', program];
  const wanted = { ...settings, variant: `talker-${process.pid}` };
  await assert.rejects(startContender({ ...thisProject, command }, wanted), /Hello/);
  const left = () => processesWith(wanted.variant);
  const end = Date.now() + 30_000;
  while (left().length > 0 && Date.now() < end) await sleep(20);
  assert.deepEqual(left(), []);
});

test('a contender whose work fails tells why, and can still be asked', async () => {
  const running = await startContender(thisProject, settings);
  await assert.rejects(running.prepare({ task: 'train', batch: -1 }), /Error/);
  assert.ok((await running.prepare({ task: 'train', batch: 1 })) > 0);
  await running.close();
});
