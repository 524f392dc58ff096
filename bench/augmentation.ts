/**
 * What augmentation costs inside a compiled step: microseconds an image, and share of a training step.
 *
 * Each time is the median of many runs, less that of a graph that only passes the batch through; the runs
 * of all graphs alternate, so that a busy moment hits them alike.
 */
import { affine, rotate } from '../lib/affine';
import { compose, normalize, type Transform } from '../lib/augmentation';
import { tf } from '../lib/backend';
import { brightness, contrast } from '../lib/brightness';
import { distort } from '../lib/distortion';
import { cutout, erase } from '../lib/erasing';
import { alternatingFlip, flip } from '../lib/flipping';
import { fastestPrecision } from '../lib/graph/fastest-precision';
import { Graph } from '../lib/graph/graph';
import { randomStream } from '../lib/graph/random';
import { record } from '../lib/graph/recorder';
import { openSession } from '../lib/graph/session';
import { compileTraining } from '../lib/graph/training-graph';
import { machineLine } from '../lib/machine';
import { cutmix, mixup } from '../lib/mixing';
import { buildNetwork } from '../lib/network';
import { randomPolicy } from '../lib/policy';
import { recipe } from '../lib/recipes';
import { shift } from '../lib/shifting';

const count = 128;
const shape: [number, number, number] = [28, 28, 1];
const rounds = 200;
const steps = 10;

const turnAndMove = affine({ degrees: 10, translate: 0.1, scale: [0.9, 1.1], shear: 5 });
const transforms: Record<string, Transform> = {
  flip: flip(),
  alternatingFlip: alternatingFlip(),
  rotate: rotate({ degrees: 10 }),
  affine: turnAndMove,
  'shift, zero': shift({ pixels: 2, padding: 'zero' }),
  'shift, mirrored': shift({ pixels: 2, padding: 'reflect' }),
  'erase, random pixels': erase(),
  'erase, one grey': erase({ fill: 'random' }),
  cutout: cutout({ size: 8 }),
  mixup: mixup({ alpha: 0.2 }),
  cutmix: cutmix(),
  brightness: brightness({ range: 0.2 }),
  contrast: contrast({ range: 0.2 }),
  distort: distort({ amount: 0.3 }),
  randomPolicy: randomPolicy({ strength: 0.5 }),
  normalize: normalize({ mean: 0.2858, deviation: 0.3529 }),
  'flip + shift + erase': compose(alternatingFlip(), shift({ pixels: 2 }), erase()),
  'flip + policy + erase': compose(alternatingFlip(), randomPolicy({ strength: 0.5 }), erase()),
  'flip + affine + tone + erase + mixup': compose(
    alternatingFlip(),
    turnAndMove,
    brightness({ range: 0.2 }),
    contrast({ range: 0.2 }),
    erase(),
    mixup({ alpha: 0.2 }),
  ),
};

export interface Row {
  transform: string;
  who: string;
  microsecondsPerImage: number;
  shareOfStep: number;
}

/** Measures each transform, prints a table, and returns its rows. */
export function benchmarkAugmentation(): Row[] {
  console.log(machineLine());
  const step = stepTime();
  console.log(`A step of the standard recipe's network on ${count} images: ${step.toFixed(0)} ms`);
  const rows = measure(step);
  for (const { transform, microsecondsPerImage, shareOfStep } of rows) {
    const cost = microsecondsPerImage.toFixed(1).padStart(6);
    const share = (100 * shareOfStep).toFixed(2).padStart(6);
    console.log(`${transform.padEnd(38)} ${cost} µs an image ${share} % of the step`);
  }
  return rows;
}

/** Returns the median time of a training step without augmentation, in milliseconds. */
function stepTime(): number {
  const { network, optimizer } = recipe('standard');
  const model = buildNetwork(network, { mean: 0.2858, deviation: 0.3529, seed: 1 });
  const images = new Uint8Array(count * shape[0] * shape[1]);
  const labels = Uint8Array.from({ length: count }, (_, index) => index % 10);
  const data = { images, labels, shape, classes: 10 };
  const precision = fastestPrecision();
  const training = compileTraining(model, { data, optimizer, batchSizes: [count], precision });
  const indices = Int32Array.from({ length: count }, (_, index) => index);
  const times = Array.from({ length: steps }, (_, step) =>
    timed(() => training.step(indices, { rate: 0.01, seed: 1, step, epoch: 0 })),
  );
  training.dispose();
  model.dispose();
  return median(times);
}

function measure(step: number): Row[] {
  const names = Object.keys(transforms);
  const runs = [compose(), ...Object.values(transforms)].map(compile);
  const times: number[][] = runs.map(() => []);
  for (let round = 0; round < rounds; round++) {
    runs.forEach((run, index) => {
      times[index].push(timed(() => run(round)));
    });
  }
  const [nothing, ...costs] = times.map(median);
  return names.map((transform, index) => ({
    transform,
    who: 'this project',
    microsecondsPerImage: (1000 * (costs[index] - nothing)) / count,
    shareOfStep: (costs[index] - nothing) / step,
  }));
}

/** Returns a function that runs a transform, compiled, on a batch that stays the same. */
function compile(transform: Transform): (step: number) => void {
  const graph = new Graph();
  const batch = {
    images: tf.randomUniform<tf.Rank.R4>([count, ...shape]),
    labels: tf.ones<tf.Rank.R2>([count, 10]),
    indices: tf.range(0, count, 1, 'int32'),
  };
  const clock = tf.tensor1d([1, 0], 'int32');
  const epoch = tf.scalar(0, 'int32');
  const inputs = Object.entries({ ...batch, clock, epoch });
  const names = new Map<tf.Tensor, string>(
    inputs.map(([name, tensor]) => [
      tensor,
      graph.placeholder(name, tensor.dtype as 'float32' | 'int32', tensor.shape),
    ]),
  );
  // A sum of all that comes out: nothing is left out, and little is copied back.
  const [output] = tf.tidy(() =>
    record(graph, names, () => {
      const changed = transform(batch, { random: randomStream(clock), epoch });
      return [tf.add(tf.sum(changed.images), tf.sum(changed.labels))];
    }),
  ) as unknown as string[];
  const session = openSession(graph);
  const feeds = { ...batch, epoch };
  return (step) => {
    const now = tf.tensor1d([1, step], 'int32');
    tf.dispose([now, ...session.run({ ...feeds, clock: now }, [output])]);
  };
}

/** Returns how long something takes, in milliseconds. */
function timed(action: () => unknown): number {
  const start = performance.now();
  action();
  return performance.now() - start;
}

function median(times: number[]): number {
  return [...times].sort((first, second) => first - second)[Math.floor(times.length / 2)];
}
