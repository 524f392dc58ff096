import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { executeNotebook, NotebookError } from '../lib/execution';
import { codeCells, mimeTypes, type Notebook, readNotebook } from '../lib/notebook';
import { temporaryFolder } from './support/folder';
import { codeCell, notebookOf } from './support/notebook-files';

const folder = temporaryFolder();

/** Runs cells in the real kernel and returns the notebook with their outputs. */
async function run(name: string, sources: string[]): Promise<Notebook> {
  const source = join(folder, `${name}.ipynb`);
  const target = join(folder, `${name}-run.ipynb`);
  writeFileSync(source, JSON.stringify(notebookOf(sources.map((text) => codeCell(text)))));
  await executeNotebook(source, target);
  return readNotebook(target);
}

const imports = `
import { showHeadline, showImages, showMarkdown, showPlot, showResult, showTable } from './lib/display';
import { frame } from './lib/frame';
import { liveDisplay } from './lib/live';
import { barChart } from './lib/plots';`;

const cells = {
  plot: "showPlot(barChart(['a', 'b'], new Float32Array([1, 2]), { title: 'T', value: { title: 'n' } }));",
  table: 'showTable(frame({ a: [1, 2] }));',
  images: "await showImages([new Uint8Array(784)], { alt: 'A black square' });",
  markdown: "showMarkdown('**x**');",
  headline: "showHeadline('All is well.');",
  result:
    "showResult({ model: 'm', correct: 9312, total: 10000, low: 0.926, high: 0.936, views: 'mirrored' });",
  live: `
const live = liveDisplay();
for (let done = 0; done <= 3000; done++) live.update({ title: 'counting', done, total: 3000, unit: 'steps' });
live.end();`,
};

test('each call shows its outputs with their forms', { timeout: 120_000 }, async (context) => {
  const notebook = await run('forms', [imports, ...Object.values(cells)]);
  const outputs = codeCells(notebook).map((cell) => cell.outputs ?? []);
  const outputsOf = (name: keyof typeof cells) => outputs[Object.keys(cells).indexOf(name) + 1];
  const formsOf = (name: keyof typeof cells) => {
    const found = outputsOf(name);
    assert.equal(found.length, 1, name);
    return found[0].data ?? {};
  };

  await context.test('showPlot(figure): a heading in words, then plotly JSON', () => {
    const [heading, chart] = outputsOf('plot').map(({ data }) => data ?? {});
    assert.match(String(heading['text/html']), />T<.*>2 bars, from a with 1 to b with 2\.</);
    assert.equal(heading['text/plain'], 'T. 2 bars, from a with 1 to b with 2.');
    const forms = chart;
    assert.deepEqual(Object.keys(forms).sort(), [mimeTypes.plotly, 'text/plain']);
    const { data } = forms[mimeTypes.plotly] as { data: { x: number[] }[] };
    assert.deepEqual(data[0].x, [1, 2]);
    assert.equal(forms['text/plain'], 'Chart: T');
  });

  await context.test('showTable(frame): HTML and aligned text', () => {
    assert.match(String(formsOf('table')['text/html']), /<table/);
    assert.equal(formsOf('table')['text/plain'], 'a\n-\n1\n2');
  });

  await context.test('showImages(images): HTML with the PNG in it', () => {
    assert.match(
      String(formsOf('images')['text/html']),
      /data:image\/png;base64,.*alt="A black square"/,
    );
  });

  await context.test('showMarkdown(text), showHeadline(text), showResult(result)', () => {
    assert.equal(formsOf('markdown')['text/markdown'], '**x**');
    assert.deepEqual(formsOf('headline')[mimeTypes.headline], { text: 'All is well.' });
    assert.equal(
      formsOf('result')['text/plain'],
      'test accuracy 93.12 % (95 % interval 92.6 to 93.6, 9,312 of 10,000), model m, mirrored views',
    );
  });

  await context.test('liveDisplay(): 3,000 updates without a pause end as the last state', () => {
    assert.match(String(formsOf('live')['text/plain']), /^counting 100 % .* finished after/);
  });
});

test('executeNotebook(source) names the failing cell, its source and its error', async () => {
  await assert.rejects(
    run('fails', ["console.log('before');", "throw new Error('broken');"]),
    (error) => {
      assert.ok(error instanceof NotebookError);
      assert.match(error.message, /cell 2 failed.*throw new Error.*Error: broken/s);
      assert.doesNotMatch(error.message, /node_modules\/tslab/);
      return true;
    },
  );
});

test('showPlot(figure) and showTable(frame) write text outside a notebook', () => {
  const program = `
    const { showPlot, showTable } = require('./lib/display');
    const { barChart } = require('./lib/plots');
    showPlot(barChart(['a', 'b'], [1, 1], { title: 'T', value: { title: 'n' } }));
    showTable([{ a: 1 }]);`;
  const text = execFileSync(process.execPath, ['--import', 'tsx', '-e', program], {
    encoding: 'utf8',
  });
  assert.equal(text, 'T. 2 bars, all 1.\na\n-\n1\n');
});
