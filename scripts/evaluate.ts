/**
 * npm run evaluate -- [--model NAME[,NAME…]] [--views NAME] [--json FILE]
 *
 * Accuracy of an included model, or of several that answer together, on the 10,000 test images. Every run
 * is noted in logs/test-set-openings.jsonl: models are chosen on the validation images, never here.
 */
import { parseArgs } from 'node:util';
import type { tf } from '../lib/backend';
import { runCommand } from '../lib/command';
import { commit } from '../lib/commit';
import { averageLogits } from '../lib/ensemble';
import { correctCount } from '../lib/evaluation';
import { demandWritable, writeFileAtomically } from '../lib/integrity';
import { machineLine } from '../lib/machine';
import { loadModel, type ModelRecord } from '../lib/model-store';
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

interface Asked {
  model: tf.LayersModel;
  record: ModelRecord;
  views: ViewSet;
}

/** Loads models, each with its own views where no others are wished. */
async function loadEach(names: readonly string[], wished?: string): Promise<Asked[]> {
  const all: Asked[] = [];
  for (const name of names) {
    const { model, record } = await loadModel(name);
    all.push({ model, record, views: viewSet(wished ?? record.views ?? 'plain') });
  }
  return all;
}

/** Shows images to models, one after the other. */
async function askEach(asked: readonly Asked[], images: Uint8Array): Promise<Answers[]> {
  const all: Answers[] = [];
  for (const { model, record, views } of asked) {
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
  // Whatever could be wrong is found out before the test images are opened.
  if (values.json !== undefined) await demandWritable(values.json);
  const asked = await loadEach(values.model.split(','), values.views);
  const test = await openTestSet({ by: 'npm run evaluate', model: values.model });
  const answers = await askEach(asked, test.images);
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
    await writeFileAtomically(values.json, `${JSON.stringify(json, null, 2)}\n`);
  }
}

runCommand(main);
