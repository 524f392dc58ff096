import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { Row } from '../bench/results';
import { summaryTable, type TimeToAccuracy } from '../bench/time-to-accuracy';
import { percent } from '../lib/markdown-table';
import { listModels, loadModel } from '../lib/model-store';
import { paths } from '../lib/paths';
import { compareWithPublished } from '../lib/published-results';
import { resultText } from '../lib/result';
import { readRun } from '../lib/runs';
import { wilsonInterval } from '../lib/statistics';

const readme = readFileSync(join(paths.root, 'README.md'), 'utf8');

const evaluationPath = (run: string, file = 'evaluation.json') =>
  join(paths.logs, 'published', run, file);

/** What `npm run evaluate -- --json` wrote of a run's model, or of several models. */
function publishedEvaluation(run: string, file?: string) {
  return JSON.parse(readFileSync(evaluationPath(run, file), 'utf8'));
}

test('the README leads to files that are there', () => {
  const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, target]) => target);
  assert.ok(links.length >= 6);
  for (const link of links) assert.ok(existsSync(join(paths.root, link)), link);
});

test('the README names commands that package.json has', () => {
  const { scripts } = JSON.parse(readFileSync(join(paths.root, 'package.json'), 'utf8'));
  const named = [...readme.matchAll(/npm run ([a-z]+)/g)].map(([, name]) => name);
  assert.ok(named.length >= 5);
  for (const name of [...named, 'start', 'test']) assert.ok(name in scripts, name);
});

test('the README says of the included model what its records say', async () => {
  const { model, record } = await loadModel('best');
  model.dispose();
  assert.ok(record.run);
  const { name, recipe, minutes } = record.run;
  const evaluation = publishedEvaluation(name);
  const sibling = await readRun('published/wide-1');
  for (const words of [
    resultText(evaluation),
    percent(evaluation.accuracy),
    percent(sibling.record.result.validationAccuracy),
    record.parameters.toLocaleString('en'),
    `${Math.round(minutes)} minutes`,
    `${recipe.epochs} epochs`,
  ]) {
    assert.ok(readme.includes(words), `the README does not say: ${words}`);
  }
});

test('the accuracies that lead to a record are those in it', () => {
  const links = [...readme.matchAll(/\[(\d+\.\d\d) %\]\((logs\/published\/[^)]+\.json)\)/g)];
  assert.ok(links.length >= 2);
  for (const [, percent, path] of links) {
    const { accuracy } = JSON.parse(readFileSync(join(paths.root, path), 'utf8'));
    assert.equal((100 * accuracy).toFixed(2), percent, path);
  }
});

test('every included model has the record of its training in logs/published/', async () => {
  const included = (await listModels()).filter(({ place }) => !place.startsWith('runs/'));
  assert.ok(included.length >= 1);
  for (const { place, record } of included) {
    assert.ok(record.run, place);
    const published = await readRun(`published/${record.run.name}`);
    // A run's own history has been written more than once; the published one is its last.
    const { historyChecksums } = published.record;
    assert.ok(record.run.historyChecksums.includes(historyChecksums[0]), place);
    assert.deepEqual(published.record, { ...record.run, historyChecksums }, place);
  }
});

test('the included models are less than 60 MB together', async () => {
  const included = (await listModels()).filter(({ place }) => !place.startsWith('runs/'));
  const sizes = included.flatMap(({ record }) => Object.values(record.files));
  assert.ok(sizes.reduce((sum, { bytes }) => sum + bytes, 0) < 60e6);
});

test('the evaluation of an included model is that of its weights', async () => {
  const evaluated = (await listModels()).filter(
    ({ place, record: { run } }) =>
      !place.startsWith('runs/') && run !== null && existsSync(evaluationPath(run.name)),
  );
  assert.deepEqual(
    evaluated.map(({ place }) => place),
    ['best', 'large'],
  );
  for (const { record } of evaluated) {
    assert.equal(
      publishedEvaluation(record.run?.name as string).weights,
      record.files['weights.bin'].sha256,
    );
  }
});

const siblings: [trainedOnAll: string, sibling: string][] = [
  ['best', 'wide'],
  ['mixed/large', 'large'],
  ['mixed/residual', 'residual'],
  ['mixed/speed95', 'speed95'],
];

test('the final models are by the same recipes as their siblings, on the validation images as well', async () => {
  const runs = new Map((await listModels()).map(({ place, record: { run } }) => [place, run]));
  for (const pair of siblings) {
    const [all, sibling] = pair.map((place) => runs.get(place));
    assert.ok(all && sibling, `${pair}`);
    // The recipe `large` had another name when its model was trained, and `speed95` was trained in float32.
    const settings = [all.recipe, sibling.recipe].map(({ name, precision, ...rest }) => rest);
    assert.deepEqual(settings[0], settings[1], `${pair}`);
    assert.deepEqual([all.data.train, all.data.validation], [60_000, 0], `${pair}`);
    assert.deepEqual([sibling.data.train, sibling.data.validation], [50_000, 10_000], `${pair}`);
  }
});

test('the evaluation of the final models together is that of their weights', async () => {
  const final = siblings.map(([place]) => place);
  const records = new Map((await listModels()).map(({ place, record }) => [place, record]));
  const { model, weights, views } = publishedEvaluation('wide-all-1', 'mixed-evaluation.json');
  assert.equal(model, final.join());
  assert.equal(
    weights,
    final.map((place) => records.get(place)?.files['weights.bin'].sha256).join(),
  );
  assert.equal(views, 'mirrored-and-shifted');
  assert.ok(readme.includes(`npm run evaluate -- --model ${model}`));
});

const benchmarks = [
  { file: 'benchmark.json', processor: 'Intel Xeon with AMX' },
  { file: 'benchmark-avx512.json', processor: 'AMD EPYC with AVX-512' },
];

/** The rows of the tables of training in a benchmark's record. */
function trainingRows(file: string): Row[] {
  const rows: Row[] = JSON.parse(readFileSync(join(paths.logs, 'published', file), 'utf8'));
  return rows.filter(({ task, batch }) => task === 'train' && batch === 128);
}

for (const { file, processor } of benchmarks) {
  test(`the README says of the speed on an ${processor} what the benchmark measured`, () => {
    const measured = trainingRows(file).filter(({ network }) => network === 'plain');
    assert.ok(measured.length >= 7);
    const lines = readme.split('\n').filter((text) => text.endsWith(`| ${processor} |`));
    for (const precision of ['bfloat16', 'float32'] as const) {
      const line = lines.find((text) => text.startsWith(`| ${precision} |`));
      for (const row of measured.filter((candidate) => candidate.precision === precision)) {
        const speed = Number(row.imagesPerSecond.toPrecision(3)).toLocaleString('en');
        assert.ok(line?.includes(speed), `${precision}, ${row.who}: ${speed}`);
      }
    }
  });
}

test('the README says how fast the larger networks are beside PyTorch', () => {
  const range = (precision: Row['precision']) => {
    const ratios = benchmarks.flatMap(({ file }) =>
      ['airbench', 'wide-residual'].map((network) => {
        const speed = (name: string) =>
          trainingRows(file).find(
            (row) =>
              row.network === network && row.precision === precision && row.who.startsWith(name),
          )?.imagesPerSecond as number;
        return speed('this project') / speed('PyTorch');
      }),
    );
    return [Math.min(...ratios), Math.max(...ratios)].map((ratio) => ratio.toFixed(2));
  };
  const [low, high] = [range('bfloat16'), range('float32')];
  const words =
    `On two larger networks this project has ${low.join(' to ')} times PyTorch's speed in bfloat16, ` +
    `${high.join(' to ')} times in float32`;
  assert.ok(readme.replaceAll('\n', ' ').includes(words), words);
});

test('the README says of whole trainings what the record of them says', () => {
  const path = join(paths.logs, 'published', 'time-to-accuracy.json');
  const { rows, recipe }: TimeToAccuracy = JSON.parse(readFileSync(path, 'utf8'));
  const [line] = readme.split('\n').filter((text) => text.includes('time-to-accuracy.json'));
  assert.ok(line?.includes(`\`${recipe.name}\``));
  for (const summary of summaryTable(rows)) {
    const { seeds, 'seconds, median': seconds, 'validation, mean': accuracy } = summary;
    const time = `${Math.round(Number(seconds)).toLocaleString('en')} seconds`;
    for (const words of [time, accuracy, `${seeds} seeds`]) {
      assert.ok(line.includes(words), words);
    }
  }
});

test('the README places the included model among the published results as notebook 04 does', async () => {
  const { correct, total } = publishedEvaluation('wide-all-1');
  const others = compareWithPublished(correct, total).filter(
    ({ credible, files }) => credible && files !== 'old',
  );
  const better = others.filter(({ difference }) => difference < 0);
  const equal = others.filter(({ withinNoise }) => withinNoise);
  assert.equal(equal.length, 9);
  const highest = percent(Math.max(...others.map(({ accuracy }) => accuracy)));
  const words =
    `Among the ${others.length + 1} documented results of notebook 04, \`best\` is number ${better.length + 1}; ` +
    `nine of the others differ from it by no more than chance would, and the highest is ${highest}.`;
  assert.ok(readme.includes(words), words);
});

test('every published evaluation counts what its accuracy says', () => {
  const published = readdirSync(join(paths.logs, 'published'));
  const evaluated = published.filter((run) => existsSync(evaluationPath(run)));
  assert.ok(evaluated.length >= 1);
  for (const run of evaluated) {
    const { correct, total, accuracy, low, high } = publishedEvaluation(run);
    assert.equal(accuracy, correct / total);
    assert.ok(low < accuracy && accuracy < high);
    const interval = wilsonInterval(correct, total);
    assert.deepEqual([low, high], [interval.low, interval.high]);
  }
});
