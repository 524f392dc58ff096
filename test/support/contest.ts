/** Results of a benchmark as they could have been measured. */
import type { Result } from '../../bench/contest';

/** A result of this project with `changes`: 2 seconds for a step of 100 images. */
export function result(changes: Partial<Result> = {}): Result {
  return {
    task: 'train',
    network: 'plain',
    precision: 'float32',
    who: 'this project',
    variant: '',
    batch: 100,
    seconds: [2, 2, 2],
    firstSeconds: 3,
    memory: 1.5e9,
    facts: { versions: { Node: '20' }, device: 'cpu', parameters: 1_147_722 },
    ...changes,
  };
}
