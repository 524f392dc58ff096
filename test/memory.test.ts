import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import os from 'node:os';
import test from 'node:test';
import { availableMemory, demandTrainingMemory, trainingMemory } from '../lib/memory';
import { buildNetwork, type NetworkRecipe } from '../lib/network';
import { paths } from '../lib/paths';

const network: NetworkRecipe = {
  kind: 'airbench',
  widths: [16, 32, 32],
  convolutions: 3,
  activation: 'relu',
};
const options = { mean: 0.3, deviation: 0.35, seed: 1 };
const refusal = /takes about [\d.]+ GiB of memory, and [\d.]+ GiB are available: choose a/;

test('availableMemory() is more than nothing and no more than the machine has', () => {
  assert.ok(availableMemory() > 2 ** 26);
  assert.ok(availableMemory() <= os.totalmem());
});

test('demandTrainingMemory(model, size) names the largest batch that fits', ({ mock }) => {
  const available = 2 ** 33;
  // Linux tells the one, others the other.
  mock.method(process, 'availableMemory', () => available);
  mock.method(os, 'totalmem', () => available);
  const model = buildNetwork(network, options);
  demandTrainingMemory(model, { batchSize: 100, pixels: 784_000 });
  const bytes = (batchSize: number) => trainingMemory(model, { batchSize, pixels: 784_000 });
  assert.throws(
    () => demandTrainingMemory(model, { batchSize: 10_000_000, pixels: 784_000 }),
    ({ message }: Error) => {
      const [, fitting] = /choose a batchSize of up to ([\d,]+), or/.exec(message) ?? [];
      const most = Number(fitting.replaceAll(',', ''));
      return refusal.test(message) && bytes(most) <= available && bytes(most + 1) > available;
    },
  );
  assert.throws(
    () => demandTrainingMemory(model, { batchSize: 1, pixels: 1e13 }),
    /choose a smaller network/,
  );
  model.dispose();
});

test('buildNetwork(recipe) refuses weights that would fill the memory, before they do', () => {
  const huge: NetworkRecipe = { kind: 'plain', widths: [100_000, 100_000], convolutions: 1 };
  const before = process.memoryUsage.rss();
  assert.throws(() => buildNetwork(huge, options), refusal);
  assert.ok(process.memoryUsage.rss() - before < 2 ** 29);
});

test('trainingMemory(model, size) is what a training really takes, and up to the double', {
  skip: process.platform !== 'linux' && 'only Linux tells the most that a process has taken',
}, () => {
  const program = `
    const { readFileSync } = require('node:fs');
    const { loadDataset } = require('./lib/dataset');
    const { trainingMemory } = require('./lib/memory');
    const { buildNetwork } = require('./lib/network');
    const { train } = require('./lib/training');
    const { recipe } = require('./test/support/run');
    const most = () => 1024 * Number(/VmHWM:\\s*(\\d+)/.exec(readFileSync('/proc/self/status'))[1]);
    async function main() {
      const small = await loadDataset({ directory: 'test/fixtures' });
      const count = 1500;
      const { images, labels } = small.train;
      const split = {
        ...small.train,
        count,
        images: Uint8Array.from({ length: 784 * count }, (_, place) => images[place % images.length]),
        labels: Uint8Array.from({ length: count }, (_, place) => labels[place % labels.length]),
        indices: Int32Array.from({ length: count }, (_, place) => place),
      };
      const network = ${JSON.stringify(network)};
      const model = buildNetwork(network, ${JSON.stringify(options)});
      const estimate = trainingMemory(model, { batchSize: count, pixels: split.images.length });
      const before = most();
      const changed = { ...recipe, network, batchSize: count, epochs: 1 };
      await train(model, { ...small, train: split }, { recipe: changed });
      console.log(JSON.stringify({ estimate, taken: most() - before }));
    }
    void main();`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', '--eval', program], {
    cwd: paths.root,
    encoding: 'utf8',
  });
  assert.ok(stdout !== '', stderr);
  const { estimate, taken } = JSON.parse(stdout);
  assert.ok(taken < estimate && estimate < 2 * taken, `${taken} bytes, estimated ${estimate}`);
});
