/** Trainings that would fill the memory, at which the system ends a process without a word. */
import assert from 'node:assert/strict';
import os from 'node:os';
import type { Dataset } from '../../lib/dataset';
import { buildNetwork, type NetworkRecipe } from '../../lib/network';
import { train } from '../../lib/training';
import type { Fault } from './fault';
import { tiny, tinyData } from './tiny';

const refusal = /takes about [\d,.]+ GiB of memory, and [\d.]+ GiB are available: choose a/;

const networks: NetworkRecipe[] = [
  { kind: 'plain', widths: [100_000, 100_000], convolutions: 1 },
  { kind: 'airbench', widths: [50_000], convolutions: 3, activation: 'relu' },
  { kind: 'wide-residual', depth: 16, width: 1000 },
];

export const tooLarge: Fault = {
  name: 'a network, a batch or a data set that is too large for the memory',
  times: { quick: 1, full: 1 },
  async run(_, attempt) {
    for (const network of networks) {
      const build = () => buildNetwork(network, { mean: 0.3, deviation: 0.35, seed: 1 });
      await attempt(() => assert.throws(build, refusal));
    }
    // Only the length of an array counts before it is touched: these images take no memory.
    for (const count of [2_000_000, 5_000_000]) {
      await attempt(() => assert.rejects(trainOn(count, count), refusal));
    }
    return `refused before anything is taken; ${Math.round(os.totalmem() / 2 ** 30)} GiB here`;
  },
};

/** Trains a small network on images that are all black. */
async function trainOn(count: number, batchSize: number): Promise<void> {
  const small = await tinyData();
  const images = { length: 784 * count } as Uint8Array;
  const data: Dataset = { ...small, train: { ...small.train, count, images } };
  const model = buildNetwork(tiny.network, { mean: 0.3, deviation: 0.35, seed: 1 });
  await train(model, data, { recipe: { ...tiny, batchSize } }).finally(() => model.dispose());
}
