import assert from 'node:assert/strict';
import test from 'node:test';
import { tf } from '../lib/backend';
import { loadDataset } from '../lib/dataset';
import { compileTraining, type Step, type TrainingGraph } from '../lib/graph/training-graph';
import { type Position, startingPosition } from '../lib/training-checkpoint';
import { takeSteps } from '../lib/training-steps';
import type { Averaging } from '../lib/weight-averaging';
import { recipe } from './support/run';

const BATCH = 4;

/** A training on 30 images, 7 full batches and a rest of 2, where each step took so long so far. */
async function training({
  secondsAStep,
  averaging = { kind: 'none' },
}: {
  secondsAStep: number;
  averaging?: Averaging;
}) {
  const data = await loadDataset({ directory: 'test/fixtures' });
  const layers = [
    tf.layers.flatten({ inputShape: [28, 28, 1] }),
    tf.layers.dense({ units: 10, kernelInitializer: 'zeros' }),
  ];
  const { optimizer } = recipe;
  const graph = compileTraining(tf.sequential({ layers }), {
    data: { ...data.train, shape: [28, 28, 1], classes: 10 },
    optimizer,
    batchSizes: [BATCH, data.train.count % BATCH],
  });
  const schedule = { kind: 'triangular', peak: 0.1, warmup: 0.5, final: 0 } as const;
  const standing = {
    data,
    recipe: { ...recipe, batchSize: BATCH, averaging, schedule },
    batches: Math.ceil(data.train.count / BATCH),
    position: startingPosition(),
    graph,
  };
  const order = Int32Array.from({ length: data.train.count }, (_, index) => index);
  const take = () => {
    const before = standing.position.batch;
    takeSteps(standing, order);
    const { position } = standing;
    position.seconds = secondsAStep * position.batch;
    return position.batch - before;
  };
  return { take, graph, position: standing.position };
}

/** How many steps each call took until the epoch was over. */
function epochOf(take: () => number): number[] {
  const calls: number[] = [];
  while (calls.reduce((sum, steps) => sum + steps, 0) < 8) calls.push(take());
  return calls;
}

test('takeSteps(training, order) takes as many steps in a call as fit into 50 ms', async () => {
  const expected = { 0.2: [1, 1, 1, 1, 1, 1, 1, 1], 0.02: [1, 2, 2, 2, 1], 0.001: [1, 6, 1] };
  for (const [secondsAStep, calls] of Object.entries(expected)) {
    const { take, graph } = await training({ secondsAStep: Number(secondsAStep) });
    assert.deepEqual(epochOf(take), calls, `${secondsAStep} s a step`);
    graph.dispose();
  }
});

test('takeSteps(training, order) comes to the same, bit for bit, in any number of calls', async () => {
  const runs: { read: object; position: Partial<Position> }[] = [];
  for (const secondsAStep of [0.2, 0.001]) {
    const averaging = { kind: 'lookahead', every: 3, decay: 0.9 } as const;
    const { take, graph, position } = await training({ secondsAStep, averaging });
    const calls = epochOf(take);
    assert.equal(calls.length, secondsAStep === 0.2 ? 8 : 5);
    runs.push({ read: graph.read(), position: { ...position, seconds: 0 } });
    graph.dispose();
  }
  assert.deepEqual(runs[1], runs[0]);
});

test('takeSteps(training, order) ends a call where the averages are due', async () => {
  const averaging = { kind: 'exponential', every: 4, decay: 0.9 } as const;
  const { take, graph } = await training({ secondsAStep: 0.001, averaging });
  assert.deepEqual(epochOf(take), [1, 3, 3, 1]);
  graph.dispose();
});

const adopted = 'adopted';

for (const [averaging, expected] of [
  [
    { kind: 'lookahead', every: 3, decay: 0.9 },
    [3, 6, 9, 12, 15, 16].flatMap((step) => [0.9 * (step / 16) ** 3, adopted]),
  ],
  // A young average moves faster; 0.2 is the least that it keeps afterwards.
  [{ kind: 'exponential', every: 4, decay: 0.2 }, [1 / 11, 2 / 12, 0.2, 0.2]],
] as const) {
  test(`takeSteps(training, order) gives each step its images and rate, and moves the averages: ${averaging.kind}`, async () => {
    const data = await loadDataset({ directory: 'test/fixtures' });
    const seen: Step[] = [];
    const moves: unknown[] = [];
    const graph = {
      steps: (steps: Step[]) => {
        seen.push(...steps);
        return steps.map(({ indices }) => ({ loss: indices.length, accuracy: 0.5 }));
      },
      average: (decay: number) => moves.push(decay),
      adoptAverage: () => moves.push(adopted),
    } as unknown as TrainingGraph;
    const schedule = { kind: 'triangular', peak: 0.1, warmup: 0.5, final: 0 } as const;
    const changes = { epochs: 2, batchSize: BATCH, averaging, schedule };
    const standing = {
      ...{ data, graph, batches: 8, position: startingPosition() },
      recipe: { ...recipe, ...changes },
    };
    const order = Int32Array.from({ length: 30 }, (_, index) => 29 - index);
    while (standing.position.batch < 8) takeSteps(standing, order);
    assert.deepEqual(
      seen.flatMap(({ indices }) => [...indices]),
      [...order],
    );
    // Seven batches of four with a loss of four each, and one of two.
    assert.equal(standing.position.loss, 7 * 4 * 4 + 2 * 2);
    standing.position = { ...startingPosition(), epoch: 1, step: 8 };
    while (standing.position.batch < 8) takeSteps(standing, order);
    seen.forEach(({ step, epoch, rate }, place) => {
      assert.deepEqual([step, epoch], [place, place < 8 ? 0 : 1]);
      const expectedRate = 0.1 * (1 - Math.abs(place - 8) / 8);
      assert.ok(Math.abs(rate - expectedRate) < 1e-12, `step ${place}: ${rate}`);
    });
    assert.deepEqual(moves, expected);
  });
}
