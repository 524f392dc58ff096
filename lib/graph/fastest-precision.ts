/** Finds out which precision this machine computes convolutions faster in. */
import { device, tf } from '../backend';
import { environment } from '../environment';
import { shortestTimes } from '../shortest-time';
import { Graph } from './graph';
import { type Precision, useLowPrecision } from './precision';
import { record } from './recorder';
import { openSession, type Session } from './session';
import { addVariable, type GraphVariable, sizeOfShape } from './variable';

/** How much faster bfloat16 must be to be worth its rounding. */
const WORTHWHILE = 1.15;
const SECONDS = 0.8;

/** Instructions for bfloat16, as Linux names them: without one of them, processors are slower in it. */
const units = ['avx512_bf16', 'amx_bf16', 'bf16'];

const measured = Symbol.for('fashion-mnist.fastest-precision');

/**
 * The precision to train in: measured once in a process, in about a second. A processor that is known to have no
 * units for bfloat16 is not asked: busy with something else, it might seem fast.
 */
export function fastestPrecision(): Precision {
  const state = globalThis as Record<symbol, unknown>;
  state[measured] ??= mayGain(device(), environment().features) ? measuredPrecision() : 'float32';
  return state[measured] as Precision;
}

/**
 * Whether bfloat16 may be faster.
 *
 * @param features the processor's, as `environment()` has them; none where they are unknown
 */
export function mayGain(used: 'CPU' | 'GPU', features: string[]): boolean {
  return used === 'GPU' || features.length === 0 || features.some((name) => units.includes(name));
}

/** Returns the precision in which convolutions take less time right now; bfloat16 only if it gains enough. */
export function measuredPrecision(): Precision {
  const trials: Trial[] = [];
  try {
    for (const precision of ['float32', 'bfloat16'] as const) trials.push(openTrial(precision));
    const [float32, bfloat16] = shortestTimes(
      trials.map(({ run }) => run),
      SECONDS,
    );
    return float32 / bfloat16 > WORTHWHILE ? 'bfloat16' : 'float32';
  } finally {
    for (const { session } of trials) session.dispose();
  }
}

interface Trial {
  session: Session;
  run(): void;
}

/** Makes a few convolutions of a size that is usual in a training. */
function openTrial(precision: Precision): Trial {
  const graph = new Graph();
  // Variables, as in a training: what is fed would be copied to a GPU in each run.
  const images = addVariable(graph, 'images', { shape: [64, 14, 14, 64] });
  const kernel = addVariable(graph, 'kernel', { shape: [3, 3, 64, 64] });
  const output = tf.tidy(() => addConvolutions(graph, images, kernel));
  useLowPrecision(graph, precision);
  const session = openSession(graph);
  const ones = ({ shape }: GraphVariable) => new Float32Array(sizeOfShape(shape)).fill(1);
  session.write(new Map([images, kernel].map((variable) => [variable, ones(variable)])));
  return { session, run: () => tf.dispose(session.run({}, [output])) };
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
