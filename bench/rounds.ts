/** Short rounds in turn, so that a busy moment of the machine hits all contenders alike. */

/** Something that runs so many steps and returns the seconds they took together. */
export interface Runner {
  /** Runners of one group are ways to do the same: only the fastest counts in the end. */
  group: string;
  run(steps: number): Promise<number>;
}

export interface RoundOptions {
  rounds: number;
  /** How long a round of one runner is to take, where `steps` does not say how long it is. */
  seconds: number;
  steps?: number;
  /** After so many rounds the clearly slower ones of each group are left out; nobody is, without it. */
  trials?: number;
}

/** How a runner did: seconds a step, one number a round. */
export interface Times {
  seconds: number[];
  state: 'measured' | 'left out' | 'failed';
  /** Why it failed. */
  reason?: string;
}

/** How much slower than the fastest of its group a runner may be in the trials. */
const tolerance = 1.15;

/** Measures in turn: one round of each, then the next round. One that fails takes no further part. */
export async function measureInTurn(runners: Runner[], options: RoundOptions): Promise<Times[]> {
  const times = runners.map((): Times => ({ seconds: [], state: 'measured' }));
  const counts: number[] = [];
  for (let round = 0; round < options.rounds; round++) {
    if (round === options.trials) leaveOut(runners, times);
    for (const [index, runner] of runners.entries()) {
      if (times[index].state !== 'measured') continue;
      try {
        counts[index] ??= options.steps ?? stepsIn(options.seconds, await runner.run(1));
        times[index].seconds.push((await runner.run(counts[index])) / counts[index]);
      } catch (error) {
        Object.assign(times[index], { state: 'failed', reason: (error as Error).message });
      }
    }
  }
  return times;
}

function stepsIn(seconds: number, secondsPerStep: number): number {
  return Math.max(1, Math.round(seconds / secondsPerStep));
}

/** A busy moment only ever makes a round longer, so the shortest ones are compared. */
function leaveOut(runners: Runner[], times: Times[]): void {
  const shortest = times.map(({ seconds, state }) =>
    state === 'measured' ? Math.min(...seconds) : Number.POSITIVE_INFINITY,
  );
  for (const [index, { group }] of runners.entries()) {
    const best = Math.min(...shortest.filter((_, other) => runners[other].group === group));
    if (times[index].state === 'measured' && shortest[index] > tolerance * best) {
      times[index].state = 'left out';
    }
  }
}
