/**
 * npm run evaluate -- [--model NAME] [--views NAME] [--json FILE]
 *
 * Accuracy of an included model on the 10,000 test images. Every run is noted in
 * logs/test-set-openings.jsonl: models are chosen on the validation images, never here.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { commit } from '../lib/commit';
import { correctCount } from '../lib/evaluation';
import { machineLine } from '../lib/machine';
import { loadModel } from '../lib/model-store';
import { predictProbabilities } from '../lib/prediction';
import { resultText } from '../lib/result';
import { wilsonInterval } from '../lib/statistics';
import { openTestSet } from '../lib/test-set';
import { viewSet } from '../lib/views';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      model: { type: 'string', default: 'best' },
      views: { type: 'string' },
      json: { type: 'string' },
    },
  });
  console.log(machineLine());
  const { model, record } = await loadModel(values.model);
  const views = viewSet(values.views ?? record.views ?? 'plain');
  const test = await openTestSet({ by: 'npm run evaluate', model: values.model });
  const correct = correctCount(
    await predictProbabilities(model, test.images, { views }),
    test.labels,
  );
  const { low, high } = wilsonInterval(correct, test.count);
  const result = { model: values.model, correct, total: test.count, low, high, views };
  console.log(resultText(result));
  if (values.json !== undefined) {
    const when = { date: new Date().toISOString(), commit: (await commit())?.hash ?? null };
    const json = { ...result, accuracy: correct / test.count, ...when };
    await writeFile(values.json, `${JSON.stringify(json, null, 2)}\n`);
  }
}

void main();
