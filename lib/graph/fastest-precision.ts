/** Finds out which precision this machine computes convolutions faster in. */
import { tf } from '../backend';
import { shortestTime } from '../shortest-time';
import { Graph } from './graph';
import { type Precision, useLowPrecision } from './precision';
import { record } from './recorder';
import { openSession } from './session';

/** How much faster bfloat16 must be to be worth its rounding. */
const WORTHWHILE = 1.15;
const SECONDS_EACH = 0.4;

const measured = Symbol.for('fashion-mnist.fastest-precision');

/** The precision to train in: measured once in a process, in about a second. */
export function fastestPrecision(): Precision {
  const state = globalThis as Record<symbol, unknown>;
  state[measured] ??= measure();
  return state[measured] as Precision;
}

function measure(): Precision {
  const ratio = secondsPerRun('float32') / secondsPerRun('bfloat16');
  return ratio > WORTHWHILE ? 'bfloat16' : 'float32';
}

/** The time of a few convolutions of a size that is usual in a training. */
function secondsPerRun(precision: Precision): number {
  const graph = new Graph();
  const images = tf.ones<tf.Rank.R4>([64, 14, 14, 64]);
  const kernel = tf.ones<tf.Rank.R4>([3, 3, 64, 64]);
  const inputs = new Map<tf.Tensor, string>([
    [images, graph.placeholder('images', 'float32', images.shape)],
    [kernel, graph.placeholder('kernel', 'float32', kernel.shape)],
  ]);
  let output!: string;
  tf.tidy(() => {
    [output] = record(graph, inputs, () => {
      let features: tf.Tensor4D = images;
      for (let index = 0; index < 4; index++) features = tf.conv2d(features, kernel, 1, 'same');
      return [tf.mean(features)];
    });
  });
  useLowPrecision(graph, precision);
  const session = openSession(graph);
  const run = () => tf.dispose(session.run({ images, kernel }, [output]));
  const seconds = shortestTime(run, SECONDS_EACH);
  session.dispose();
  tf.dispose([images, kernel]);
  return seconds;
}
