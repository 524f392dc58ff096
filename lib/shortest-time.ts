/** How long something takes where nothing else is in its way. */

/**
 * Returns the shortest time of many runs, in seconds, since a busy machine only ever makes a run longer.
 * The first run sets things up and does not count.
 *
 * @param seconds how long to go on measuring
 */
export function shortestTime(run: () => void, seconds: number): number {
  run();
  let best = Number.POSITIVE_INFINITY;
  const end = performance.now() + 1000 * seconds;
  while (performance.now() < end) {
    const start = performance.now();
    run();
    best = Math.min(best, performance.now() - start);
  }
  return best / 1000;
}
