/**
 * Puts back the two functions of Node's `util` that tfjs-node-gpu 4.22.0 still calls and that Node 23
 * removed (tensorflow/tfjs#8609). Import this before anything that loads TensorFlow.js.
 */
import util from 'node:util';

const removed: Record<string, (value: unknown) => boolean> = {
  isNullOrUndefined: (value) => value === null || value === undefined,
  isArray: Array.isArray,
};

for (const [name, replacement] of Object.entries(removed)) {
  const functions = util as unknown as Record<string, unknown>;
  if (typeof functions[name] !== 'function') functions[name] = replacement;
}
