/** The included models as rows of a table, all from their records. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type MarkdownRow, percent } from './markdown-table';
import { listModels, loadModel } from './model-store';
import { multiplyAdds } from './multiply-adds';
import { paths } from './paths';
import type { RunRecord } from './run-record';

/** What `npm run evaluate -- --json` has written, as far as the table needs it. */
interface Evaluation {
  /** SHA-256 of the weights that were evaluated. */
  weights: string;
  accuracy: number;
  low: number;
  high: number;
}

/** Returns a row for each model in `models/`, without those of one's own runs. */
export async function modelRows(): Promise<MarkdownRow[]> {
  const included = (await listModels()).filter(({ place }) => !place.startsWith('runs/'));
  const rows: MarkdownRow[] = [];
  for (const { place } of included) rows.push(await modelCells(place));
  return rows;
}

async function modelCells(place: string): Promise<MarkdownRow> {
  const { model, record } = await loadModel(place);
  const { run, parameters, views, files } = record;
  const evaluation = run === null ? undefined : await evaluationOf(run);
  const isOfThese = evaluation?.weights === files['weights.bin'].sha256;
  const bytes = Object.values(files).reduce((sum, file) => sum + file.bytes, 0);
  const cells: MarkdownRow = {
    model: `\`${place}\``,
    ...(run === null ? {} : accuracyCells(run, isOfThese ? evaluation : undefined)),
    views: views ?? 'plain',
    parameters: count(parameters),
    'multiply-adds': `${(multiplyAdds(model) / 1e6).toFixed(0)} million`,
    size: `${(bytes / 1e6).toFixed(1)} MB`,
    ...(run === null ? {} : trainingCells(run)),
  };
  model.dispose();
  return cells;
}

function accuracyCells(run: RunRecord, evaluation: Evaluation | undefined): MarkdownRow {
  const { recipe, result, data } = run;
  return {
    validation:
      data.validation === 0
        ? 'trained on'
        : `${percent(result.validationAccuracy)}, ${recipe.views ?? 'plain'}`,
    test:
      evaluation === undefined
        ? 'not opened'
        : `${percent(evaluation.accuracy)}, ${percent(evaluation.low)} to ${percent(evaluation.high)}`,
  };
}

function trainingCells(run: RunRecord): MarkdownRow {
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

function count(number: number): string {
  return number.toLocaleString('en');
}
