/**
 * npm run include [-- RUN [MODEL]]
 *
 * Makes a finished run's model one of those in models/, and its record one of those in logs/published/.
 * The views it is shown images with, and 16-bit weights, are judged on the validation images. The tables
 * in models/README.md, README.md and docs/faults.md are made anew, also without a run.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadDataset } from '../lib/dataset';
import { accuracy } from '../lib/evaluation';
import { writeFileAtomically } from '../lib/integrity';
import { ladderRows, publishedRungs } from '../lib/ladder';
import { type MarkdownRow, replaceTable } from '../lib/markdown-table';
import { loadModel, saveModel } from '../lib/model-store';
import { modelRows } from '../lib/model-table';
import { paths } from '../lib/paths';
import { predictProbabilities } from '../lib/prediction';
import { publishRun } from '../lib/runs';
import { type ViewSet, viewSets } from '../lib/views';
import { faultRows, type Row } from '../test/torture/fault';

/** Makes a run's model one of the included ones. */
async function include(run: string, name: string): Promise<void> {
  const { validation } = await loadDataset();
  const { model, record } = await loadModel(`runs/${run}`);
  const accuracies = new Map<ViewSet, number>();
  for (const views of Object.keys(viewSets) as ViewSet[]) {
    const probabilities = await predictProbabilities(model, validation.images, { views });
    accuracies.set(views, accuracy(probabilities, validation.labels));
    console.log(`validation accuracy, ${views}: ${(100 * accuracies.get(views)!).toFixed(2)} %`);
  }
  const [views] = [...accuracies].sort(([, first], [, second]) => second - first)[0];
  await saveModel(model, name, { run: record.run, weights: 'float16', views });
  const included = await loadModel(name);
  const probabilities = await predictProbabilities(included.model, validation.images, { views });
  const kept = accuracy(probabilities, validation.labels);
  console.log(`validation accuracy, ${views}, 16-bit weights: ${(100 * kept).toFixed(2)} %`);
  console.log(`${await publishRun(run, run)} and models/${name} are to be committed.`);
}

/** Makes the table of a page anew. */
async function renew(page: string, first: string, rows: MarkdownRow[]): Promise<void> {
  await writeFileAtomically(page, replaceTable(await readFile(page, 'utf8'), first, rows));
  console.log(`The table in ${page} is that of the records.`);
}

async function main(): Promise<void> {
  const { positionals } = parseArgs({ allowPositionals: true });
  const [run, name = 'best'] = positionals;
  if (run !== undefined) await include(run, name);
  await renew(join(paths.models, 'README.md'), 'model', await modelRows());
  await renew(join(paths.root, 'README.md'), 'recipe', ladderRows(await publishedRungs()));
  const torture = join(paths.logs, 'published', 'torture.json');
  const rows = JSON.parse(await readFile(torture, 'utf8')) as Row[];
  await renew(join(paths.root, 'docs', 'faults.md'), 'fault', faultRows(rows));
}

void main();
