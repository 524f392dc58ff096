import assert from 'node:assert/strict';
import test from 'node:test';
import { shortestTime, shortestTimes } from '../lib/shortest-time';

/** Does nothing for so many milliseconds. */
function wait(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

test('shortestTime(run, seconds) is that of the shortest run, in seconds, without the first', () => {
  let runs = 0;
  // The first run is by far the shortest, then one in three is short.
  const run = () => wait(runs++ === 0 ? 0 : runs % 3 === 0 ? 4 : 12);
  const seconds = shortestTime(run, 0.5);
  assert.ok(runs > 3, `${runs} runs`);
  assert.ok(seconds >= 0.004 && seconds < 0.012, `${seconds} s`);
});

test('shortestTimes(runs, seconds) runs them in turn, and has a time for each', () => {
  const order: number[] = [];
  const runs = [4, 12].map((milliseconds, index) => () => {
    order.push(index);
    wait(milliseconds);
  });
  const [first, second] = shortestTimes(runs, 0.5);
  assert.ok(first >= 0.004 && first < second && second >= 0.012, `${first} s, ${second} s`);
  assert.deepEqual(
    order,
    order.map((_, place) => place % 2),
  );
});
