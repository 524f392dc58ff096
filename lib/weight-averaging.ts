/** Averages of the weights over the steps of a training, by schedule. */
import type { TrainingGraph } from './graph/training-graph';

export type Averaging =
  | { kind: 'none' }
  /** An average beside the weights, moved every so many steps; it is what is evaluated. */
  | { kind: 'exponential'; every: number; decay: number }
  /** The same, adopted as the weights each time, slower towards the end: decay · (share done)³. */
  | { kind: 'lookahead'; every: number; decay: number };

/** Steps over which a young average forgets faster, so that the fresh weights do not linger in it. */
const YOUNG = 10;

/** Which weights stand for the network after a step: the averages, once they have moved. */
export function evaluatedWeights(
  averaging: Averaging,
  { step, steps }: { step: number; steps: number },
): 'present' | 'average' {
  if (averaging.kind === 'none') return 'present';
  return step >= averaging.every || step === steps ? 'average' : 'present';
}

/** How many steps there are, after `step` of them, until the averages are due to move. */
export function stepsUntilAverage(averaging: Averaging, step: number): number {
  return averaging.kind === 'none' ? Infinity : averaging.every - (step % averaging.every);
}

/** Moves the averaged weights after a step, if it is one of those on which that is due. */
export function averageWeights(
  graph: TrainingGraph,
  averaging: Averaging,
  { step, steps }: { step: number; steps: number },
): void {
  if (averaging.kind === 'none') return;
  if (step % averaging.every !== 0 && step !== steps) return;
  if (averaging.kind === 'exponential') {
    const moves = step / averaging.every;
    graph.average(Math.min(averaging.decay, moves / (YOUNG + moves)));
    return;
  }
  graph.average(averaging.decay * (step / steps) ** 3);
  graph.adoptAverage();
}
