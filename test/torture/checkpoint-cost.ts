/** What it costs to keep a training: the time that checkpoints take from one by the included model's recipe. */
import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { compileTraining } from '../../lib/graph/training-graph';
import { buildNetwork } from '../../lib/network';
import { recipes } from '../../lib/recipes';
import { mean } from '../../lib/statistics';
import {
  CHECKPOINT_INTERVAL,
  checkpointWriter,
  startingPosition,
} from '../../lib/training-checkpoint';
import { inFolder } from '../support/folder';
import type { Fault } from './fault';
import { tinyData } from './tiny';

const recipe = recipes.wide;

/** Share of a training's time that its checkpoints may take. */
const MOST = 0.02;

export const checkpointCost: Fault = {
  name: 'checkpoints of the included model, each 30 seconds: they take under 2 % of the time',
  times: { quick: 5, full: 50 },
  async run(times, attempt) {
    const { seconds, bytes } = await writeCheckpoints(times);
    const each = mean(seconds);
    const share = each / (each + CHECKPOINT_INTERVAL);
    await attempt(() => assert.ok(share < MOST));
    const size = `${(bytes / 2 ** 20).toFixed(0)} MiB`;
    return `${size} in ${each.toFixed(2)} s, the mean of ${times}: ${(100 * share).toFixed(1)} % of the time`;
  },
};

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
