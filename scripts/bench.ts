/**
 * npm run bench [-- --only NETWORK] [--steps N] [--rounds N] [--brief] [--json FILE]
 * npm run bench -- --augmentation [--json FILE]
 * npm run bench -- --precision-accuracy [--json FILE]
 *
 * Measures training and prediction beside TensorFlow.js as it ships, Keras and PyTorch, which are installed
 * at first use; or what each random change of the images costs, beside PyTorch; or whether bfloat16 costs
 * accuracy. FILE takes the result as JSON.
 */
import { writeFileSync } from 'node:fs';
import { type Arguments, parseArguments } from '../bench/arguments';
import { benchmarkAugmentation } from '../bench/augmentation';
import { benchmark } from '../bench/benchmark';
import { benchmarkPrecision } from '../bench/precision-accuracy';
import { loadDataset } from '../lib/dataset';

/** Shows what is being done: a line drawn over itself on a terminal, lines elsewhere. */
function say(what: string): void {
  const isLive = process.stderr.isTTY;
  process.stderr.write(
    isLive ? `\r\x1b[K${what.slice(0, process.stderr.columns - 1)}` : `${what}\n`,
  );
}

async function measure(asked: Arguments): Promise<unknown> {
  if (asked.augmentation) return benchmarkAugmentation();
  if (asked.precisionAccuracy) return benchmarkPrecision(await loadDataset());
  return benchmark(asked, say);
}

async function main(): Promise<void> {
  const asked = parseArguments(process.argv.slice(2));
  const measured = await measure(asked);
  if (asked.json !== undefined) {
    writeFileSync(asked.json, `${JSON.stringify(measured, null, 2)}\n`);
  }
}

void main();
