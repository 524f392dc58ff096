/** Short rounds in turn, so that a busy moment of the machine hits all contenders alike. */

/** Runs so many steps and returns the seconds they took together. */
export type Run = (steps: number) => Promise<number>;

export interface RoundOptions {
  rounds: number;
  /** How long a round of one contender is to take, where `steps` does not say how long it is. */
  seconds: number;
  steps?: number;
  /** Called as a round begins, counted from 1. */
  onRound?: (round: number) => void;
}

/** Seconds a step, one number a round; or why there are none. */
export type Times = { seconds: number[] } | { failure: string };

/** Measures in turn: one round of each, then the next round. One that fails takes no further part. */
export async function measureInTurn(runs: Run[], options: RoundOptions): Promise<Times[]> {
  const counts: number[] = [];
  const results: Times[] = runs.map(() => ({ seconds: [] }));
  for (let round = 0; round < options.rounds; round++) {
    options.onRound?.(round + 1);
    for (const [index, run] of runs.entries()) {
      const result = results[index];
      if ('failure' in result) continue;
      try {
        counts[index] ??= options.steps ?? stepsIn(options.seconds, await run(1));
        result.seconds.push((await run(counts[index])) / counts[index]);
      } catch (error) {
        results[index] = { failure: (error as Error).message };
      }
    }
  }
  return results;
}

function stepsIn(seconds: number, secondsPerStep: number): number {
  return Math.max(1, Math.round(seconds / secondsPerStep));
}
