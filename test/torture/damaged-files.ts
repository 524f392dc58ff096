/** Files of every kind with bytes cut off, changed, repeated or missing, in every region. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { createRun, finishRun, noteHistory } from '../../lib/active-run';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../../lib/checkpoint';
import { loadModel, saveModel } from '../../lib/model-store';
import { buildNetwork } from '../../lib/network';
import { paths } from '../../lib/paths';
import { readRun } from '../../lib/runs';
import { findSource, readTest, readTraining } from '../../lib/source';
import { damaged, demandNoticed } from '../support/damage';
import { inFolder } from '../support/folder';
import { data, epoch, recipe } from '../support/run';
import type { Attempt, Fault } from './fault';

/** A file to damage, and what is read from it. */
interface Victim {
  path: string;
  read(): unknown;
}

/** The damage that counts is noticed, the file is named; the rest is read as before. */
function fault(name: string, full: number, prepare: (folder: string) => Promise<Victim[]>): Fault {
  return {
    name: `damaged ${name}`,
    times: { quick: Math.ceil(full / 10), full },
    run: (times, attempt) =>
      inFolder(async (folder) => {
        const victims = await prepare(folder);
        const counts = { noticed: 0, harmless: 0 };
        for (const victim of victims) {
          await damageOften(victim, Math.ceil(times / victims.length), { attempt, counts });
        }
        return `noticed, with the file named: ${counts.noticed}; without effect: ${counts.harmless}`;
      }),
  };
}

interface Counting {
  attempt: Attempt;
  counts: { noticed: number; harmless: number };
}

async function damageOften({ path, read }: Victim, times: number, { attempt, counts }: Counting) {
  const bytes = readFileSync(path);
  const intact = await read();
  const property = fc.asyncProperty(damaged(bytes), async (damage) => {
    writeFileSync(path, damage.bytes);
    await attempt(async () => {
      counts[await demandNoticed(intact, path, read)]++;
    });
  });
  await fc.assert(property, { numRuns: times });
  writeFileSync(path, bytes);
}

export const damagedData = fault('data file', 2000, async (folder) => {
  cpSync(join(paths.root, 'test', 'fixtures'), folder, { recursive: true });
  const names = ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1'];
  const read = async () => {
    const source = await findSource({ directory: folder });
    return [await readTraining(source), await readTest(source)];
  };
  return names.map((name) => ({ path: join(folder, `${name}-ubyte.gz`), read }));
});

export const damagedCheckpoint = fault('checkpoint', 20_000, async (folder) => {
  const path = join(folder, 'step-000000007.checkpoint');
  const arrays = {
    kernels: Float32Array.from({ length: 900 }, (_, index) => Math.sin(index)),
    counts: Int32Array.of(-1, 2, 3),
    bytes: Uint8Array.of(1, 2, 255),
  };
  const checkpoint: Checkpoint<object> = {
    step: 7,
    header: { recipe, history: [epoch(1)] },
    arrays,
  };
  writeFileSync(path, encodeCheckpoint(checkpoint));
  return [{ path, read: () => decodeCheckpoint(readFileSync(path), path) }];
});

export const damagedRecord = fault('record or history of a run', 4000, async (folder) => {
  const run = await createRun({ recipe, data, parameters: 1, name: 'damaged', logs: folder });
  await noteHistory(run, [epoch(1), epoch(2)]);
  await finishRun(run, { state: 'finished' });
  const read = () => readRun('damaged', { logs: folder });
  return ['record.json', 'history.jsonl'].map((file) => ({ path: join(run.folder, file), read }));
});

export const damagedModel = fault('model', 3000, async (folder) => {
  const place = join(folder, 'model');
  const model = buildNetwork(recipe.network, { mean: 0.3, deviation: 0.35, seed: 1 });
  await saveModel(model, place);
  model.dispose();
  const read = async () => {
    const { model: loaded, record } = await loadModel(place);
    const weights = loaded.getWeights().map((weight) => weight.dataSync());
    loaded.dispose();
    return { weights, record };
  };
  const files = ['model.json', 'weights.bin', 'record.json'];
  return files.map((file) => ({ path: join(place, file), read }));
});
