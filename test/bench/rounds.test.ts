import assert from 'node:assert/strict';
import test from 'node:test';
import { measureInTurn, type Run } from '../../bench/rounds';

/** A contender whose steps take so many seconds, and that notes its runs in `log`. */
function contender(name: string, seconds: number, log: string[]): Run {
  return async (steps) => {
    log.push(`${name}${steps}`);
    return steps * seconds;
  };
}

test('measureInTurn(runs) lets all run in each round, with as many steps as fill its time', async () => {
  const log: string[] = [];
  const runs = [contender('a', 0.25, log), contender('b', 3, log)];
  const times = await measureInTurn(runs, { rounds: 3, seconds: 1 });
  assert.deepEqual(times, [{ seconds: [0.25, 0.25, 0.25] }, { seconds: [3, 3, 3] }]);
  // One step first, to see how long it takes.
  assert.deepEqual(log, ['a1', 'a4', 'b1', 'b1', 'a4', 'b1', 'a4', 'b1']);
});

test('measureInTurn(runs, { steps }) runs as many steps as it is told', async () => {
  const log: string[] = [];
  const rounds: number[] = [];
  const onRound = (round: number) => rounds.push(round);
  const options = { rounds: 2, seconds: 1, steps: 5, onRound };
  await measureInTurn([contender('a', 1, log)], options);
  assert.deepEqual(log, ['a5', 'a5']);
  assert.deepEqual(rounds, [1, 2]);
});

test('measureInTurn(runs) leaves out one that fails, tells why, and goes on', async () => {
  let count = 0;
  const failing: Run = async () => {
    count++;
    if (count === 3) throw new Error('no memory');
    return 1;
  };
  const times = await measureInTurn([failing, async () => 2], { rounds: 4, seconds: 1 });
  assert.deepEqual(times, [{ failure: 'no memory' }, { seconds: [2, 2, 2, 2] }]);
  assert.equal(count, 3);
});
