/** How long something takes where nothing else is in its way. */

/**
 * Returns the shortest time of many runs, in seconds, since a busy machine only ever makes a run longer.
 * The first run sets things up and does not count.
 *
 * @param seconds how long to go on measuring
 */
export function shortestTime(run: () => void, seconds: number): number {
  return shortestTimes([run], seconds)[0];
}

/**
 * Does the same for several that are to be compared. They run in turn, so that a busy moment hits all alike.
 *
 * @param seconds how long to go on measuring all of them
 */
export function shortestTimes(runs: (() => void)[], seconds: number): number[] {
  for (const run of runs) run();
  const best = runs.map(() => Number.POSITIVE_INFINITY);
  const end = performance.now() + 1000 * seconds;
  while (performance.now() < end) {
    runs.forEach((run, index) => {
      const start = performance.now();
      run();
      best[index] = Math.min(best[index], (performance.now() - start) / 1000);
    });
  }
  return best;
}
