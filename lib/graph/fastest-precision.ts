/** Finds out which precision this machine computes convolutions faster in. */
import { tf } from '../backend';
import { shortestTime } from '../shortest-time';
import { Graph } from './graph';
import { type Precision, useLowPrecision } from './precision';
import { record } from './recorder';
import { openSession } from './session';
import { addVariable, type GraphVariable, sizeOfShape } from './variable';

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
  // Variables, as in a training: what is fed would be copied to a GPU in each run.
  const images = addVariable(graph, 'images', { shape: [64, 14, 14, 64] });
  const kernel = addVariable(graph, 'kernel', { shape: [3, 3, 64, 64] });
  const output = tf.tidy(() => addConvolutions(graph, images, kernel));
  useLowPrecision(graph, precision);
  const session = openSession(graph);
  try {
    const ones = ({ shape }: GraphVariable) => new Float32Array(sizeOfShape(shape)).fill(1);
    session.write(new Map([images, kernel].map((variable) => [variable, ones(variable)])));
    return shortestTime(() => tf.dispose(session.run({}, [output])), SECONDS_EACH);
  } finally {
    session.dispose();
  }
}

/** Adds a few convolutions, and returns the mean of what they give. */
function addConvolutions(graph: Graph, images: GraphVariable, kernel: GraphVariable): string {
  const [first, weights] = [images, kernel].map(({ shape }) =>
    tf.ones<tf.Rank.R4>(shape as [number, number, number, number]),
  );
  const inputs = new Map<tf.Tensor, string>([
    [first, images.value],
    [weights, kernel.value],
  ]);
  const names = record(graph, inputs, () => {
    let features = first;
    for (let index = 0; index < 4; index++) features = tf.conv2d(features, weights, 1, 'same');
    return [tf.mean(features)];
  });
  return names[0];
}
