/** Whole files in the wrong place: each is fine, but not the one that belongs there. */
import assert from 'node:assert/strict';
import { copyFileSync, cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createRun, finishRun, noteHistory } from '../../lib/active-run';
import { loadDataset } from '../../lib/dataset';
import { loadModel, saveModel } from '../../lib/model-store';
import { buildNetwork, type NetworkRecipe } from '../../lib/network';
import { paths } from '../../lib/paths';
import { readRun } from '../../lib/runs';
import { inFolder } from '../support/folder';
import { data, epoch, recipe } from '../support/run';
import type { Fault } from './fault';

const fixture = join(paths.root, 'test', 'fixtures');
const dataFiles = [
  'train-images-idx3',
  'train-labels-idx1',
  't10k-images-idx3',
  't10k-labels-idx1',
];

interface Swap {
  /** The file that comes, and the one whose place it takes. */
  from: string;
  to: string;
  read(): Promise<unknown>;
}

export const swappedFiles: Fault = {
  name: 'files of data, models and runs put in the place of others',
  times: { quick: 1, full: 1 },
  async run(_, attempt) {
    await inFolder(async (folder) => {
      for (const { from, to, read } of [
        ...dataSwaps(folder),
        ...(await modelSwaps(folder)),
        ...(await runSwaps(folder)),
      ]) {
        await attempt(async () => {
          copyFileSync(to, `${to}.kept`);
          copyFileSync(from, to);
          const message = await read().then(
            () => 'nobody noticed',
            (error: Error) => error.message,
          );
          copyFileSync(`${to}.kept`, to);
          assert.ok(message.includes(to), `${from} in the place of ${to}: ${message}`);
        });
      }
    });
    return 'every ordered pair; noticed, with the file named';
  },
};

function dataSwaps(folder: string): Swap[] {
  const place = join(folder, 'data');
  cpSync(fixture, place, { recursive: true });
  const read = () => loadDataset({ directory: place });
  return pairs(dataFiles).map(([from, to]) => ({
    from: join(fixture, `${from}-ubyte.gz`),
    to: join(place, `${to}-ubyte.gz`),
    read,
  }));
}

async function modelSwaps(folder: string): Promise<Swap[]> {
  const places = ['one', 'other'].map((name) => join(folder, 'models', name));
  for (const [index, place] of places.entries()) {
    const network: NetworkRecipe = { kind: 'plain', widths: [4 + index], convolutions: 1 };
    const model = buildNetwork(network, { mean: 0.3, deviation: 0.35, seed: index });
    await saveModel(model, place);
    model.dispose();
  }
  const read = async () => (await loadModel(places[1])).model.dispose();
  return ['model.json', 'weights.bin'].map((file) => ({
    from: join(places[0], file),
    to: join(places[1], file),
    read,
  }));
}

async function runSwaps(folder: string): Promise<Swap[]> {
  const logs = join(folder, 'logs');
  mkdirSync(logs);
  for (const [index, name] of ['one', 'other'].entries()) {
    const run = await createRun({ recipe, data, parameters: 1, name, logs });
    await noteHistory(run, [epoch(1, 0.5 + index / 10)]);
    await finishRun(run, { state: 'finished' });
  }
  const read = () => readRun('other', { logs });
  return ['record.json', 'history.jsonl'].map((file) => ({
    from: join(logs, 'one', file),
    to: join(logs, 'other', file),
    read,
  }));
}

function pairs(names: string[]): [string, string][] {
  return names.flatMap((one) =>
    names.filter((other) => other !== one).map((other): [string, string] => [one, other]),
  );
}
