/** What transforms cost: measured here, and as published beside PyTorch. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Transform } from './augmentation';
import { tf } from './backend';
import type { Split } from './dataset';
import { randomStream } from './graph/random';
import { paths } from './paths';
import { number, oneOf, parseLine, text } from './record';
import { median } from './statistics';
import { batchOf } from './variants';

export interface CostOptions {
  /** Images a batch: the more, the less the call of each operation counts. */
  batchSize?: number;
  /** How often is measured; the median counts. */
  repetitions?: number;
}

/**
 * Returns the time that a transform takes, in microseconds an image, on the device in use. Its operations
 * are called one by one here; a compiled step saves these calls.
 */
export function microsecondsPerImage(
  transform: Transform,
  split: Split,
  { batchSize = 500, repetitions = 15 }: CostOptions = {},
): number {
  return tf.tidy(() => {
    const places = Int32Array.from({ length: batchSize }, (_, place) => place % split.count);
    const batch = batchOf(split, places);
    const epoch = tf.scalar(0, 'int32');
    // The first run also sets things up.
    const times = Array.from({ length: repetitions + 1 }, (_, step) => {
      const start = process.hrtime.bigint();
      tf.tidy(() => {
        const random = randomStream(tf.tensor1d([1, step], 'int32'));
        // One pixel is read: a GPU has not computed before its result is asked for.
        tf.slice(transform(batch, { random, epoch }).images, [0, 0, 0, 0], [1, 1, 1, 1]).dataSync();
      });
      return Number(process.hrtime.bigint() - start) / 1000 / batchSize;
    });
    return median(times.slice(1));
  });
}

/** The cost of one transform to one of two, as `npm run bench -- --augmentation --json` writes it. */
export interface CostRow {
  transform: string;
  who: 'this project' | 'PyTorch';
  microsecondsPerImage: number;
  /** Of a training step of this project, for both. */
  shareOfStep: number;
}

const costShape = {
  transform: text,
  who: oneOf('this project', 'PyTorch'),
  microsecondsPerImage: number(),
  shareOfStep: number(),
};

/** Where the published costs are. */
const costPath = join(paths.logs, 'published', 'augmentation-cost.json');

/** Returns the costs in a file, none if there is no file; throws if a row is wrong. */
export async function readCosts(path: string = costPath): Promise<CostRow[]> {
  if (!existsSync(path)) return [];
  const rows = JSON.parse(await readFile(path, 'utf8')) as unknown[];
  return rows.map((row, index) =>
    parseLine<CostRow>(JSON.stringify(row), costShape, `${path}, row ${index + 1}`),
  );
}

/** Returns a table's rows, one a transform, with both sides beside each other. */
export function compareCosts(rows: readonly CostRow[]) {
  const ours = rows.filter(({ who }) => who === 'this project');
  return ours.map(({ transform, microsecondsPerImage, shareOfStep }) => ({
    transform,
    'this project, µs': microsecondsPerImage,
    'PyTorch, µs': rows.find((row) => row.transform === transform && row.who === 'PyTorch')
      ?.microsecondsPerImage,
    'share of a step': shareOfStep,
  }));
}

/** How that table shows its numbers. */
export const costFormat = {
  percent: ['share of a step'],
  digits: { 'this project, µs': 1, 'PyTorch, µs': 1 },
};
