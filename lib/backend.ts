/** The one place that loads TensorFlow.js: its namespace and what it runs on. */
import './node-compatibility';
import './onednn';
import * as tf from '@tensorflow/tfjs-node-gpu';

export { tf };

/** What TensorFlow computes on: `'GPU'` only if TensorFlow itself has found one, else `'CPU'`. */
export function device(): 'GPU' | 'CPU' {
  const backend = tf.backend() as unknown as { isUsingGpuDevice: boolean };
  return backend.isUsingGpuDevice ? 'GPU' : 'CPU';
}
