import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { Output } from '../lib/notebook';
import {
  codeCells,
  headlineOf,
  mimeTypes,
  type Notebook,
  pictureOf,
  problemsOf,
  readNotebook,
  titleOf,
} from '../lib/notebook';
import { indexHtml, prepareReport, resultLine } from '../lib/report';
import { temporaryFolder } from './support/folder';
import { codeCell, displayed, markdownCell, notebookOf } from './support/notebook-files';

const chart = displayed({ [mimeTypes.plotly]: { data: [{ type: 'bar', x: [1] }], layout: {} } });

/** Returns a notebook whose only code cell has had these outputs. */
function withOutputs(...outputs: Output[]): Notebook {
  return notebookOf([markdownCell('# What is it?\n\nText.'), codeCell('show();', outputs)]);
}

const stream = (name: string, text: string) => ({ output_type: 'stream', name, text }) as Output;
const plot = (figure: object) => displayed({ [mimeTypes.plotly]: figure });

for (const { title, output, problem } of [
  {
    title: 'a chart without traces',
    output: plot({ data: [] }),
    problem: /cell 1: a chart is empty/,
  },
  {
    title: 'a chart without values',
    output: plot({ data: [{ type: 'scatter', x: [], y: [] }] }),
    problem: /a chart is empty/,
  },
  {
    title: 'a heat map of nothing',
    output: plot({ data: [{ type: 'heatmap', z: [[null]] }] }),
    problem: /a chart is empty/,
  },
  {
    title: 'an error that did not stop its cell',
    output: stream('stderr', 'Error: late\n    at f (x.ts:1:2)\n'),
    problem: /did not stop the cell:\nError: late/,
  },
  {
    title: 'an error output',
    output: { output_type: 'error' } as Output,
    problem: /cell 1: an error/,
  },
]) {
  test(`problemsOf(notebook) reports ${title}`, () => {
    assert.match(problemsOf(withOutputs(output)).join('\n'), problem);
  });
}

for (const { title, output } of [
  { title: 'a chart', output: chart },
  { title: 'a heat map with gaps', output: plot({ data: [{ type: 'heatmap', z: [[null, 1]] }] }) },
  { title: 'a warning', output: stream('stderr', 'Warning: slow\n') },
  { title: 'printed text', output: stream('stdout', '    at f (x.ts:1:2)\n') },
]) {
  test(`problemsOf(notebook) accepts ${title}`, () => {
    assert.deepEqual(problemsOf(withOutputs(output)), []);
  });
}

test('prepareReport(report) numbers the code cells and keeps the facts of the run', () => {
  const notebook = notebookOf([codeCell('a'), markdownCell('# T'), codeCell('b')]);
  prepareReport({ name: '01', notebook }, ['today']);
  assert.deepEqual(
    codeCells(notebook).map((cell) => cell.execution_count),
    [1, 2],
  );
  assert.deepEqual(notebook.metadata.report, { home: true, facts: ['today'] });
});

test('prepareReport(report) throws on an empty chart and names the notebook', () => {
  const notebook = withOutputs(plot({ data: [] }));
  assert.throws(() => prepareReport({ name: '03-training', notebook }, []), /03-training:\ncell 1/);
});

test('titleOf(notebook) is its first heading', () => {
  assert.equal(titleOf(withOutputs(), 'x'), 'What is it?');
  assert.equal(titleOf(notebookOf([]), 'x'), 'x');
});

test('readNotebook(path) joins texts that the file holds as lines', () => {
  const cell = codeCell('', [stream('stdout', ''), displayed({})]);
  const path = join(temporaryFolder(), 'a.ipynb');
  const text = JSON.stringify(notebookOf([cell]))
    .replace('"source":""', '"source":["a\\n","b"]')
    .replace('"text":""', '"text":["c\\n","d"]')
    .replace('"data":{}', '"data":{"text/plain":["e\\n","f"],"x/json":{"g":["h"]}}');
  writeFileSync(path, text);
  const [read] = readNotebook(path).cells;
  assert.equal(read.source, 'a\nb');
  assert.equal(read.outputs?.[0].text, 'c\nd');
  assert.deepEqual(read.outputs?.[1].data, { 'text/plain': 'e\nf', 'x/json': { g: ['h'] } });
});

test('pictureOf(notebook) is the first picture or chart', () => {
  const table = displayed({ 'text/html': '<table></table>' });
  const image = displayed({ 'text/html': '<img src="data:image/png;base64,AA==">' });
  assert.equal(pictureOf(withOutputs(table, image, chart))?.kind, 'html');
  assert.equal(pictureOf(withOutputs(table, chart, image))?.kind, 'chart');
  assert.equal(pictureOf(withOutputs(table)), undefined);
});

test('pictureOf(notebook) prefers the cell that is tagged', () => {
  const image = displayed({ 'text/html': '<img src="data:image/png;base64,AA==">' });
  const tagged = { ...codeCell('show();', [chart]), metadata: { tags: ['picture'] } };
  assert.equal(pictureOf(notebookOf([codeCell('a', [image]), tagged]))?.kind, 'chart');
  const empty = { ...tagged, outputs: [] };
  assert.equal(pictureOf(notebookOf([codeCell('a', [image]), empty]))?.kind, 'html');
});

const result = { model: 'small', correct: 93, total: 100, low: 0.9, high: 0.95 };
const evaluated = withOutputs(displayed({ [mimeTypes.result]: result }));

test('resultLine(reports) is the accuracy with its interval, wherever it was shown', () => {
  const reports = [
    { name: '01', notebook: withOutputs() },
    { name: '04', notebook: evaluated },
  ];
  assert.equal(
    resultLine(reports),
    'test accuracy 93.00 % (95 % interval 90.0 to 95.0, 93 of 100), model small',
  );
  assert.equal(resultLine(reports.slice(0, 1)), undefined);
});

test('indexHtml(reports) links each report, escapes its words and embeds its picture', () => {
  const headline = displayed({ [mimeTypes.headline]: { text: 'a < b' } });
  const notebook = withOutputs(headline, chart);
  assert.equal(headlineOf(notebook), 'a < b');
  const report = { name: '01-exploration', notebook };
  prepareReport(report, ['<today>']);
  const html = indexHtml([report]);
  assert.match(html, /<a href="01-exploration.html">What is it\?<\/a>/);
  assert.match(html, /a &lt; b/);
  assert.match(html, /&lt;today&gt;/);
  assert.match(html, /data-fixed/);
});

test('indexHtml(reports) leaves the chart library out where there is no chart', () => {
  assert.ok(indexHtml([{ name: '04', notebook: evaluated }]).length < 100_000);
});

test('indexHtml(reports) says of each report when it was made, and above all that of the result', () => {
  const reports = [
    { name: '01', notebook: withOutputs() },
    { name: '04', notebook: structuredClone(evaluated) },
  ];
  prepareReport(reports[0], ['today', 'commit b', 'CPU']);
  prepareReport(reports[1], ['yesterday', 'commit a', 'GPU']);
  const [head, first, second] = indexHtml(reports).split('<article');
  assert.match(head, /yesterday.*commit a.*GPU/);
  assert.match(first, /today.*commit b/);
  assert.match(second, /yesterday.*commit a/);
  assert.doesNotMatch(head + first, /CPU/);
});
