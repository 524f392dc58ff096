/** The pages made from executed notebooks: what they say of themselves, and the page that lists them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NotebookError } from './execution';
import { escapeHtml } from './html';
import {
  headlineOf,
  type Notebook,
  type NotebookPicture,
  numberCells,
  pictureOf,
  problemsOf,
  resultOf,
  titleOf,
} from './notebook';
import { paths } from './paths';
import { resultText } from './result';
import { description } from './theme';

/** One executed notebook by the name of its file, without the ending. */
export interface Report {
  name: string;
  notebook: Notebook;
}

/**
 * Prepares an executed notebook for its page: numbers its cells and notes `facts` about the run (date,
 * commit, device) for its head. Throws if it shows an empty chart or an error.
 */
export function prepareReport({ name, notebook }: Report, facts: readonly string[]) {
  const problems = problemsOf(notebook);
  if (problems.length > 0) throw new NotebookError(`${name}:\n${problems.join('\n')}`);
  numberCells(notebook);
  notebook.metadata.report = { home: true, facts };
}

/** Returns the line that the whole project leads to, if one of the notebooks has shown it. */
export function resultLine(reports: readonly Report[]): string | undefined {
  const result = reports.map(({ notebook }) => resultOf(notebook)).find((found) => found);
  return result && resultText(result);
}

/** Returns the HTML of a small picture of a notebook; charts are drawn by the page's script. */
function pictureHtml(picture: NotebookPicture | undefined): string {
  if (picture === undefined) return '';
  if (picture.kind === 'html') return picture.html;
  const { chart } = picture;
  const json = JSON.stringify(chart).replace(/</g, '\\u003c');
  return (
    `<div class="chart" data-fixed><div class="plot" role="img" style="height:${chart.layout.height}px" ` +
    `aria-label="${escapeHtml(description(chart))}"></div>` +
    `<script type="application/json">${json}</script></div>`
  );
}

/** What is known of the run that a report is from, for its head. */
function factsOf({ notebook }: Report): readonly string[] {
  return (notebook.metadata.report as { facts: string[] } | undefined)?.facts ?? [];
}

function aboutHtml(facts: readonly string[]): string {
  return `<p class="about">${facts.map((fact) => `<span>${escapeHtml(fact)}</span>`).join('')}</p>`;
}

/** Returns one entry of the list: the picture, the title, when it was made, the sentence it comes down to. */
function cardHtml(report: Report): string {
  const { name, notebook } = report;
  const result = resultOf(notebook);
  const headline = headlineOf(notebook) || (result ? resultText(result) : '');
  return (
    '<article class="card">' +
    `<h2><a href="${encodeURIComponent(name)}.html">${escapeHtml(titleOf(notebook, name))}</a></h2>` +
    aboutHtml(factsOf(report).slice(0, FACTS_OF_A_CARD)) +
    `<p>${escapeHtml(headline)}</p>` +
    `<div class="thumbnail">${pictureHtml(pictureOf(notebook))}</div></article>`
  );
}

/** Date and commit: reports can be of different ones. */
const FACTS_OF_A_CARD = 2;

/** Returns the page that leads to all reports; the facts at its head are those of the report with the result. */
export function indexHtml(reports: readonly Report[]): string {
  const source = (...path: string[]) => readFileSync(join(paths.root, ...path), 'utf8');
  const line = resultLine(reports);
  const decisive = reports.find(({ notebook }) => resultOf(notebook)) ?? reports[0];
  const hasCharts = reports.some(({ notebook }) => pictureOf(notebook)?.kind === 'chart');
  const plotly = hasCharts
    ? `<script>${source('node_modules', 'plotly.js-dist-min', 'plotly.min.js')}</script>`
    : '';
  const policy =
    "default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; script-src 'unsafe-inline'";
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>FashionMNIST in TypeScript: reports</title>
<style>${source('scripts', 'report', 'style.css')}</style>
</head>
<body class="index">
<main>
<h1>FashionMNIST in TypeScript</h1>
${line ? `<p class="result">${escapeHtml(line)}</p>` : ''}
${aboutHtml(decisive === undefined ? [] : factsOf(decisive))}
<div class="cards">
${reports.map(cardHtml).join('\n')}
</div>
</main>
${plotly}
<script>${source('scripts', 'report', 'page.js')}</script>
</body>
</html>
`;
}

/** Writes the page that leads to all reports into `directory`. */
export function writeIndex(directory: string, reports: readonly Report[]) {
  writeFileSync(join(directory, 'index.html'), indexHtml(reports));
}
