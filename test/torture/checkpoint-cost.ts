/** What it costs to keep a training: the time that checkpoints take from one by the included model's recipe. */
import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { compileTraining } from '../../lib/graph/training-graph';
import { buildNetwork } from '../../lib/network';
import { recipes } from '../../lib/recipes';
import {
  CHECKPOINT_INTERVAL,
  checkpointWriter,
  startingPosition,
} from '../../lib/training-checkpoint';
import { type Fault, inFolder } from './fault';
import { tinyData } from './tiny';

const recipe = recipes.best;

/** Share of a training's time that its checkpoints may take. */
const MOST = 0.02;

export const checkpointCost: Fault = {
  name: 'checkpoints of the included model, each 30 seconds: they take under 2 % of the time',
  times: { quick: 5, full: 50 },
  async run(times, attempt) {
    const { seconds, bytes } = await writeCheckpoints(times);
    const shares = seconds.map((one) => one / (one + CHECKPOINT_INTERVAL));
    for (const share of shares) {
      await attempt(() => assert.ok(share < MOST, `${percent(share)} of the time`));
    }
    const [median] = [...seconds].sort((one, other) => one - other).slice(times >> 1);
    const most = percent(Math.max(...shares));
    return `${(bytes / 2 ** 20).toFixed(0)} MiB in ${median.toFixed(2)} s, the median; the slowest would take ${most} of the time`;
  },
};

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** Returns how long each of some checkpoints took, and how large they are. */
async function writeCheckpoints(times: number): Promise<{ seconds: number[]; bytes: number }> {
  const data = await tinyData();
  const { mean, deviation, train } = data;
  const options = { mean, deviation, seed: 1, images: train.images };
  const model = buildNetwork(recipe.network, options);
  const graph = compileTraining(model, {
    data: { ...train, shape: [28, 28, 1], classes: 10 },
    optimizer: recipe.optimizer,
    batchSizes: [],
  });
  try {
    return await inFolder(async (folder) => {
      const writer = checkpointWriter(folder, { recipe, data, precision: 'float32', graph });
      const seconds: number[] = [];
      for (let step = 1; step <= times; step++) {
        const begin = performance.now();
        await writer.write({ ...startingPosition(), step }, 0);
        seconds.push((performance.now() - begin) / 1000);
      }
      const [file] = readdirSync(folder);
      return { seconds, bytes: statSync(join(folder, file)).size };
    });
  } finally {
    graph.dispose();
    model.dispose();
  }
}
