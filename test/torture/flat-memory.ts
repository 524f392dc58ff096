/** Memory over a long training, and over notebook 04 run again and again. */
import assert from 'node:assert/strict';
import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type Dataset, loadDataset } from '../../lib/dataset';
import { buildNetwork } from '../../lib/network';
import { codeCells, readNotebook } from '../../lib/notebook';
import { paths } from '../../lib/paths';
import { debianFolder } from '../../lib/published-files';
import { type Recipe, recipes } from '../../lib/recipes';
import { train } from '../../lib/training';
import { inFolder } from '../support/folder';
import { printed, startKernel } from '../support/kernel';
import type { Fault } from './fault';
import { makeWholeProject } from './playground';
import { tiny, tinyData } from './tiny';

const MIB = 2 ** 20;

/** Growth from the second to the last quarter that counts as flat, in MiB, */
const FLAT = 48;

/** and where a notebook is run a few times only: allocators give memory back when they like. */
const FLAT_AT_FIRST = 400;

interface Trial {
  data: Dataset;
  recipe: Recipe;
  minutes: number;
}

export const longTraining: Fault = {
  name: 'a long training: memory stays flat',
  times: { quick: 1, full: 2 },
  async run(times, attempt) {
    const trials: Trial[] = [
      { data: await tinyData(), recipe: tiny, minutes: times === 1 ? 0.2 : 2 },
    ];
    if (times > 1 && existsSync(debianFolder)) {
      trials.push({ data: await loadDataset(), recipe: recipes.quick, minutes: 30 });
    }
    const notes: string[] = [];
    for (const trial of trials) {
      await attempt(async () => {
        const memory = await trainFor(trial);
        notes.push(`${trial.recipe.name}, ${trial.minutes} min, ${describe(memory)}`);
        demandFlat(memory);
      });
    }
    return notes.join('; ');
  },
};

/** Returns the resident memory about every tenth of a second of a training, in bytes. */
async function trainFor({ data, recipe, minutes }: Trial): Promise<number[]> {
  const { mean, deviation, train: split } = data;
  const options = { mean, deviation, seed: 1, images: split.images };
  const model = buildNetwork(recipe.network, options);
  const end = performance.now() + 60_000 * minutes;
  const memory: number[] = [];
  let next = 0;
  const onProgress = () => {
    if (performance.now() < next) return;
    next = performance.now() + 100;
    memory.push(process.memoryUsage.rss());
  };
  await inFolder((checkpoints) =>
    train(model, data, {
      recipe: { ...recipe, epochs: 1_000_000 },
      checkpoints,
      onProgress,
      shouldStop: () => performance.now() > end,
    }),
  );
  model.dispose();
  return memory;
}

export const repeatedEvaluation: Fault = {
  name: 'notebook 04 run again and again in one kernel: memory stays flat',
  times: { quick: 2, full: 50 },
  async run(times, attempt) {
    const isFull = times >= this.times.full;
    const { memory, tensors } = await rerun(times, isFull ? 'best' : 'ensemble/1');
    await attempt(() => {
      assert.equal(new Set(tensors).size, 1, `tensors: ${tensors.join(', ')}`);
      demandFlat(memory, isFull ? FLAT : FLAT_AT_FIRST);
    });
    return `${times} times, ${describe(memory)}; ${tensors[times - 1]} tensors after each`;
  },
};

/** Runs the cells of notebook 04 on a model, and tells after each time what memory is taken. */
async function rerun(
  times: number,
  model: string,
): Promise<{ memory: number[]; tensors: number[] }> {
  const root = makeWholeProject();
  symlinkSync(paths.models, join(root, 'models'));
  const kernel = startKernel(root, { FASHION_MNIST_DIR: join(paths.root, 'test', 'fixtures') });
  const [imports, ...cells] = codeCells(readNotebook(notebook)).map(({ source }) =>
    source.replace("model: 'best'", `model: '${model}'`),
  );
  const look = `import { tf } from './lib/backend';
console.log('memory', process.memoryUsage.rss(), tf.memory().numTensors);`;
  const memory: number[] = [];
  const tensors: number[] = [];
  try {
    await kernel.run(imports);
    for (let time = 0; time < times; time++) {
      for (const cell of [...cells, look]) {
        const result = await kernel.run(cell);
        assert.equal(result.status, 'ok', result.traceback?.join('\n'));
        const [, bytes, count] = /^memory (\d+) (\d+)$/m.exec(printed(result)) ?? [];
        if (bytes === undefined) continue;
        memory.push(Number(bytes));
        tensors.push(Number(count));
      }
    }
  } finally {
    await kernel.stop();
  }
  return { memory, tensors };
}

const notebook = join(paths.notebooks, '04-evaluation.ipynb');

/** The median of each quarter of some measurements, in MiB. */
function quarters(memory: readonly number[]): number[] {
  const size = memory.length / 4;
  return [0, 1, 2, 3].map((quarter) => {
    const part = memory.slice(Math.floor(quarter * size), Math.ceil((quarter + 1) * size));
    return part.sort((one, other) => one - other)[part.length >> 1] / MIB;
  });
}

function describe(memory: readonly number[]): string {
  return `${quarters(memory)
    .map((size) => size.toFixed(0))
    .join(', ')} MiB in its quarters`;
}

function demandFlat(memory: readonly number[], limit = FLAT): void {
  const [, second, , last] = quarters(memory);
  assert.ok(
    last - second < limit,
    `it grew by ${(last - second).toFixed(0)} MiB: ${describe(memory)}`,
  );
}
