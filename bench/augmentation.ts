/**
 * What augmentation costs inside a compiled step, beside the same in PyTorch: microseconds an image, and
 * share of a training step.
 *
 * Each time is the median of many runs, less that of only passing the batch through; the runs of all
 * transforms and of both sides alternate, so that a busy moment hits them alike.
 */
import { randomFillSync } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { compose, type Transform } from '../lib/augmentation';
import { tf } from '../lib/backend';
import { fastestPrecision } from '../lib/graph/fastest-precision';
import { Graph } from '../lib/graph/graph';
import { randomStream } from '../lib/graph/random';
import { record } from '../lib/graph/recorder';
import { openSession } from '../lib/graph/session';
import { compileTraining } from '../lib/graph/training-graph';
import { classCount, imagePixels, imageShape } from '../lib/idx';
import { machineLine } from '../lib/machine';
import { buildNetwork } from '../lib/network';
import { recipe } from '../lib/recipes';
import { median } from '../lib/statistics';
import { tableText } from '../lib/tables';
import { type CostRow, compareCosts, costFormat } from '../lib/transform-cost';
import type { Contender } from './contenders';
import { peerPython } from './environment';
import { type Running, startContender } from './running';
import { transforms } from './transforms';

const count = 128;
/** Each side runs a transform so often, so many times at a stretch. */
const rounds = 50;
const runsARound = 4;
const steps = 20;
/** Milliseconds before each stretch, which no clock counts. */
const PAUSE = 30;
const nothing = 'nothing';

/** Someone who runs transforms, a batch at a time. */
interface Side {
  who: CostRow['who'];
  /** Runs a transform so many times; returns the time it took together, in milliseconds. */
  run(transform: string, times: number): Promise<number>;
}

/** Measures each transform on both sides, prints one table, and returns its rows. */
export async function benchmarkAugmentation(): Promise<CostRow[]> {
  console.log(machineLine());
  const step = stepTime();
  console.log(`A step of the standard recipe's network on ${count} images: ${step.toFixed(1)} ms`);
  const times = await measureSides();
  const rows = times.flatMap(({ who, milliseconds }) =>
    Object.keys(transforms).map((transform) => ({
      transform,
      who,
      microsecondsPerImage: (1000 * milliseconds[transform]) / count,
      shareOfStep: milliseconds[transform] / step,
    })),
  );
  console.log(tableText(compareCosts(rows), costFormat));
  return rows;
}

/** What each transform took on one side. */
interface Times {
  who: CostRow['who'];
  milliseconds: Record<string, number>;
}

/** Measures both sides; the peer's process has ended when this returns, or throws. */
async function measureSides(): Promise<Times[]> {
  const command = [await peerPython('pytorch'), 'bench/pytorch_augmentation.py'];
  const contender: Contender = { who: 'PyTorch', variant: '', precisions: ['float32'], command };
  const peer = await startContender<string>(contender, { count, shape: imageShape });
  try {
    const sides = [thisProject(), await peerSide(peer)];
    const times = await measure(sides);
    return sides.map(({ who }, side) => ({ who, milliseconds: times[side] }));
  } finally {
    await peer.close();
  }
}

/** Returns the median time of a training step without augmentation, in milliseconds. */
function stepTime(): number {
  const { network, optimizer } = recipe('standard');
  const images = randomFillSync(new Uint8Array(count * imagePixels));
  const model = buildNetwork(network, { mean: 0.2858, deviation: 0.3529, seed: 1, images });
  const labels = Uint8Array.from({ length: count }, (_, index) => index % 10);
  const data = { images, labels, shape: imageShape, classes: classCount };
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

/** Returns the median time of each transform on each side, less that of doing nothing, in milliseconds. */
async function measure(sides: Side[]): Promise<Record<string, number>[]> {
  const names = [nothing, ...Object.keys(transforms)];
  const times = sides.map(() => new Map<string, number[]>(names.map((name) => [name, []])));
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      for (const [index, side] of sides.entries()) {
        // The other side's threads wait actively for some milliseconds for more to do.
        await sleep(PAUSE);
        // And its own have gone to sleep: a run that is not counted wakes them, as the step before would.
        await side.run(name, 1);
        times[index].get(name)?.push((await side.run(name, runsARound)) / runsARound);
      }
    }
  }
  return times.map((each) => {
    const base = median(each.get(nothing) as number[]);
    return Object.fromEntries([...each].map(([name, values]) => [name, median(values) - base]));
  });
}

function thisProject(): Side {
  const graphs = new Map(
    Object.entries({ [nothing]: compose(), ...transforms }).map(([name, transform]) => [
      name,
      compile(transform),
    ]),
  );
  let step = 0;
  return {
    who: 'this project',
    run: async (transform, times) => {
      const run = graphs.get(transform) as (step: number) => void;
      return timed(() => {
        for (let index = 0; index < times; index++) run(step++);
      });
    },
  };
}

/** The same transforms in PyTorch, in a process of its own. */
async function peerSide(peer: Running<string>): Promise<Side> {
  for (const task of [nothing, ...Object.keys(transforms)]) {
    await peer.prepare({ task, batch: count });
  }
  return {
    who: 'PyTorch',
    run: async (task, times) => 1000 * (await peer.run({ task, batch: count }, times)),
  };
}

/** Returns a function that runs a transform, compiled, on a batch that stays the same. */
function compile(transform: Transform): (step: number) => void {
  const graph = new Graph();
  const batch = {
    images: tf.randomUniform<tf.Rank.R4>([count, ...imageShape]),
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
