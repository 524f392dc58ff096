/**
 * npm run evaluate -- [--model NAME[,NAME…]] [--views NAME] [--json FILE]
 *
 * Accuracy of an included model, or of several that answer together, on the 10,000 test images. Every run
 * is noted in logs/test-set-openings.jsonl: models are chosen on the validation images, never here.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { runCommand } from '../lib/command';
import { commit } from '../lib/commit';
import { averageLogits } from '../lib/ensemble';
import { correctCount } from '../lib/evaluation';
import { machineLine } from '../lib/machine';
import { loadModel } from '../lib/model-store';
import { predictProbabilities } from '../lib/prediction';
import { resultText } from '../lib/result';
import { wilsonInterval } from '../lib/statistics';
import { openTestSet, recordResult } from '../lib/test-set';
import { type ViewSet, viewSet } from '../lib/views';

interface Answers {
  /** [n, 10] */
  probabilities: Float32Array;
  views: ViewSet;
  /** SHA-256 of the model's weights. */
  weights: string;
}

/** Shows images to models, one after the other, each in its own views where no others are wished. */
async function askEach(
  names: readonly string[],
  images: Uint8Array,
  wished?: string,
): Promise<Answers[]> {
  const all: Answers[] = [];
  for (const name of names) {
    const { model, record } = await loadModel(name);
    const views = viewSet(wished ?? record.views ?? 'plain');
    const probabilities = await predictProbabilities(model, images, { views });
    all.push({ probabilities, views, weights: record.files['weights.bin'].sha256 });
    model.dispose();
  }
  return all;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      model: { type: 'string', default: 'best' },
      views: { type: 'string' },
      json: { type: 'string' },
    },
  });
  console.log(machineLine());
  const names = values.model.split(',');
  const test = await openTestSet({ by: 'npm run evaluate', model: values.model });
  const answers = await askEach(names, test.images, values.views);
  const probabilities = averageLogits(answers.map(({ probabilities }) => probabilities));
  const correct = correctCount(probabilities, test.labels);
  const views = [...new Set(answers.map(({ views }) => views))].join(',');
  await recordResult(test, { correct, views });
  const { low, high } = wilsonInterval(correct, test.count);
  const result = { model: values.model, correct, total: test.count, low, high, views };
  console.log(resultText(result));
  if (values.json !== undefined) {
    const when = { date: new Date().toISOString(), commit: (await commit())?.hash ?? null };
    const weights = answers.map(({ weights }) => weights).join(',');
    const json = { ...result, accuracy: correct / test.count, weights, ...when };
    await writeFile(values.json, `${JSON.stringify(json, null, 2)}\n`);
  }
}

runCommand(main);
