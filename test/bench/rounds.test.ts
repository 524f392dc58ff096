import assert from 'node:assert/strict';
import test from 'node:test';
import { measureInTurn, type Runner } from '../../bench/rounds';

/** A runner whose steps take so many seconds, and that notes its runs in `log`. */
function runner(name: string, seconds: number, log: string[] = []): Runner {
  const run = async (steps: number) => {
    log.push(`${name}${steps}`);
    return steps * seconds;
  };
  return { group: name[0], run };
}

test('measureInTurn(runners) lets all run in each round, with as many steps as fill its time', async () => {
  const log: string[] = [];
  const runners = [runner('a', 0.25, log), runner('b', 3, log)];
  const times = await measureInTurn(runners, { rounds: 3, seconds: 1 });
  assert.deepEqual(times, [
    { seconds: [0.25, 0.25, 0.25], state: 'measured' },
    { seconds: [3, 3, 3], state: 'measured' },
  ]);
  // One step first, to see how long it takes.
  assert.deepEqual(log, ['a1', 'a4', 'b1', 'b1', 'a4', 'b1', 'a4', 'b1']);
});

test('measureInTurn(runners, { steps }) runs as many steps as it is told', async () => {
  const log: string[] = [];
  await measureInTurn([runner('a', 1, log)], { rounds: 2, seconds: 1, steps: 5 });
  assert.deepEqual(log, ['a5', 'a5']);
});

test('measureInTurn(runners, { trials }) leaves out what is clearly slower than the best of its group', async () => {
  const runners = [
    ['a', 9],
    ['b1', 1],
    ['b2', 1.1],
    ['b3', 1.2],
  ].map(([name, seconds]) => runner(name as string, seconds as number));
  const states = async (options: { rounds: number; trials?: number }) =>
    (await measureInTurn(runners, { seconds: 1, ...options })).map(
      ({ state, seconds }) => `${state} ${seconds.length}`,
    );
  const all = Array(4).fill('measured 3');
  assert.deepEqual(await states({ rounds: 3, trials: 2 }), [...all.slice(1), 'left out 2']);
  assert.deepEqual(await states({ rounds: 3 }), all);
});

test('measureInTurn(runners) leaves out one that fails, tells why, and goes on', async () => {
  let count = 0;
  const run = async () => {
    count++;
    if (count === 3) throw new Error('no memory');
    return 1;
  };
  const runners = [
    { group: 'a', run },
    { group: 'a', run: async () => 1.1 },
  ];
  const times = await measureInTurn(runners, { rounds: 4, seconds: 1, trials: 2 });
  assert.deepEqual(times, [
    { seconds: [1], state: 'failed', reason: 'no memory' },
    { seconds: [1.1, 1.1, 1.1, 1.1], state: 'measured' },
  ]);
  assert.equal(count, 3);
});
