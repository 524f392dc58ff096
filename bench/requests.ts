/** What the benchmark and a contender say to each other: one line of JSON each; `peer.py` speaks the same. */
import type { Precision } from '../lib/graph/precision';
import type { NetworkRecipe } from '../lib/network';

export type Task = 'train' | 'predict';

/** What a contender is started with, as JSON in its first argument. */
export interface Settings {
  network: NetworkRecipe;
  shape: [number, number, number];
  mean: number;
  deviation: number;
  precision: Precision;
  /** How a contender is asked to compute, such as `jit_compile`. */
  variant: string;
}

/** @typeParam What the names of what a contender can do */
export interface Work<What = Task> {
  task: What;
  /** Images a step. */
  batch: number;
}

export type Request<What = Task> =
  | ({ do: 'prepare' } & Work<What>)
  | ({ do: 'run'; steps: number } & Work<What>)
  | { do: 'memory' };

/** What a contender says of itself once it has built its network. */
export interface Facts {
  versions: Record<string, string>;
  device: string;
  /** Numbers that training moves. */
  parameters: number;
}
