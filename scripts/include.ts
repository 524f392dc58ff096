/**
 * npm run include [-- RUN [MODEL] [--views NAME]]
 *
 * Makes a finished run's model one of those in models/, and its record one of those in logs/published/.
 * It is shown images in the views of its recipe; where that names none, in those that do best on the validation
 * images, if it was not trained on them: `--views` names those that a sibling without these images was given. Whether
 * 16-bit weights do is judged there too. The tables in models/README.md, README.md and docs/faults.md are made anew,
 * also without a run.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { tf } from '../lib/backend';
import { runCommand } from '../lib/command';
import { loadDataset } from '../lib/dataset';
import { correctCount } from '../lib/evaluation';
import { writeFileAtomically } from '../lib/integrity';
import { ladderRows, publishedRungs } from '../lib/ladder';
import { type MarkdownRow, replaceTable } from '../lib/markdown-table';
import { sawValidation } from '../lib/members';
import { loadModel, saveModel } from '../lib/model-store';
import { modelRows } from '../lib/model-table';
import { paths } from '../lib/paths';
import { predictProbabilities } from '../lib/prediction';
import { publishRun, readRunRecord } from '../lib/runs';
import { type ViewSet, viewSet, viewSets } from '../lib/views';
import { faultRows, type Row } from '../test/torture/fault';

/** How many more mistakes 16-bit weights may make on the validation images. */
const MORE_MISTAKES = 1;

type Judge = (model: tf.LayersModel, views: ViewSet) => Promise<number>;

/** Makes a run's model one of the included ones. */
async function include(run: string, name: string, wished?: ViewSet): Promise<void> {
  const data = await loadDataset();
  const { images, labels } = data.validation;
  const judge: Judge = async (model, views) =>
    correctCount(await predictProbabilities(model, images, { views }), labels);
  const { model, record } = await loadModel(`runs/${run}`);
  // Before the model takes the place of another: a run whose name is taken is refused here.
  const published = await publish(run);
  const unchosen = sawValidation(record, data) ? 'plain' : undefined;
  const named = wished ?? record.run?.recipe.views ?? unchosen;
  const candidates = named === undefined ? (Object.keys(viewSets) as ViewSet[]) : [viewSet(named)];
  const { views, correct } = await bestViews(model, candidates, judge);
  await saveModel(model, name, { run: record.run, weights: 'float16', views });
  const halved = await loadModel(name);
  const lost = correct - (await judge(halved.model, views));
  console.log(`${lost} more mistakes on validation with 16-bit weights, ${views}`);
  if (lost > MORE_MISTAKES) await saveModel(model, name, { run: record.run, views });
  console.log(`${published} and models/${name} are to be committed.`);
}

/** Publishes a run, unless that was done before; returns its folder. */
async function publish(run: string): Promise<string> {
  const { record } = await readRunRecord(run);
  const known = await readRunRecord(`published/${run}`).catch(() => undefined);
  return known?.record.start === record.start ? known.folder : publishRun(run, run);
}

/** Returns the views in which most images are recognised, with how many these are. */
async function bestViews(
  model: tf.LayersModel,
  candidates: readonly ViewSet[],
  judge: Judge,
): Promise<{ views: ViewSet; correct: number }> {
  const judged: { views: ViewSet; correct: number }[] = [];
  for (const views of candidates) {
    const correct = await judge(model, views);
    console.log(`recognised on validation, ${views}: ${correct}`);
    judged.push({ views, correct });
  }
  return judged.sort((first, second) => second.correct - first.correct)[0];
}

/** Makes the table of a page anew. */
async function renew(page: string, first: string, rows: MarkdownRow[]): Promise<void> {
  await writeFileAtomically(page, replaceTable(await readFile(page, 'utf8'), first, rows));
  console.log(`The table in ${page} is that of the records.`);
}

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { views: { type: 'string' } },
  });
  const [run, name = 'best'] = positionals;
  const views = values.views === undefined ? undefined : viewSet(values.views);
  if (run !== undefined) await include(run, name, views);
  await renew(join(paths.models, 'README.md'), 'model', await modelRows());
  await renew(join(paths.root, 'README.md'), 'recipe', ladderRows(await publishedRungs()));
  const torture = join(paths.logs, 'published', 'torture.json');
  const rows = JSON.parse(await readFile(torture, 'utf8')) as Row[];
  await renew(join(paths.root, 'docs', 'faults.md'), 'fault', faultRows(rows));
}

runCommand(main);
