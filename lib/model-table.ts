/** The included models as a table in Markdown, all from their records. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listModels, loadModel } from './model-store';
import { multiplyAdds } from './multiply-adds';
import { paths } from './paths';
import type { RunRecord } from './run-record';

/** What `npm run evaluate -- --json` has written, as far as the table needs it. */
interface Evaluation {
  accuracy: number;
  low: number;
  high: number;
}

type Cells = Record<string, string>;

/** Returns a page with its table of models made anew. */
export async function replaceModelTable(page: string): Promise<string> {
  const table = await modelTable();
  return page.replace(/^\| model \|.*\n(\|.*\n)*/m, () => table);
}

/** Returns the table of the models in `models/`, without those of one's own runs. */
async function modelTable(): Promise<string> {
  const included = (await listModels()).filter(({ place }) => !place.startsWith('runs/'));
  const rows: Cells[] = [];
  for (const { place } of included) rows.push(await modelCells(place));
  const names = Object.keys(rows[0]);
  const lines = [names, names.map(() => '---'), ...rows.map((row) => Object.values(row))];
  return lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

async function modelCells(place: string): Promise<Cells> {
  const { model, record } = await loadModel(place);
  const { run, parameters, views, files } = record;
  const bytes = Object.values(files).reduce((sum, file) => sum + file.bytes, 0);
  const cells = {
    model: `\`${place}\``,
    ...(run === null ? {} : accuracyCells(run, await evaluationOf(run))),
    views: views ?? 'plain',
    parameters: count(parameters),
    'multiply-adds': `${(multiplyAdds(model) / 1e6).toFixed(0)} million`,
    size: `${(bytes / 1e6).toFixed(1)} MB`,
    ...(run === null ? {} : trainingCells(run)),
  };
  model.dispose();
  return cells;
}

function accuracyCells(run: RunRecord, evaluation: Evaluation | undefined): Cells {
  const { recipe, result } = run;
  return {
    validation: `${percent(result.validationAccuracy)}, ${recipe.views ?? 'plain'}`,
    test:
      evaluation === undefined
        ? 'not opened'
        : `${percent(evaluation.accuracy)}, ${percent(evaluation.low)} to ${percent(evaluation.high)}`,
  };
}

function trainingCells(run: RunRecord): Cells {
  const { recipe, commit, minutes, environment, precision } = run;
  return {
    recipe: `\`${recipe.name}\`, ${recipe.epochs} epochs`,
    seed: String(recipe.seed),
    commit:
      commit === null ? '–' : `${commit.hash.slice(0, 7)}${commit.changed ? ', changed' : ''}`,
    minutes: minutes.toFixed(0),
    machine: `${environment.gpu ?? `${environment.cores} cores of ${environment.processor}`}, ${precision}`,
  };
}

/** The evaluation of a run's model on the test images; undefined if none is published. */
async function evaluationOf({ name }: RunRecord): Promise<Evaluation | undefined> {
  const path = join(paths.logs, 'published', name, 'evaluation.json');
  return existsSync(path) ? JSON.parse(await readFile(path, 'utf8')) : undefined;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

function count(number: number): string {
  return number.toLocaleString('en');
}
