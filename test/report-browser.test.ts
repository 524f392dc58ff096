import assert from 'node:assert/strict';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { renderNotebooks } from '../lib/execution';
import { headingHtml } from '../lib/html';
import { mimeTypes } from '../lib/notebook';
import { imageGrid, pictureHtml, rowsHtml } from '../lib/pictures';
import { prepareReport, writeIndex } from '../lib/report';
import { tableHtml } from '../lib/tables';
import { type Figure, figureText } from '../lib/theme';
import { openBrowser, watch, withoutChromium } from './support/browser';
import { exampleFigures } from './support/figures';
import { temporaryFolder } from './support/folder';
import { codeCell, displayed, markdownCell, notebookOf } from './support/notebook-files';

const folder = temporaryFolder();
const figures = Object.entries(exampleFigures());

/** Returns the name of a chart for screen readers; what it shows is said in the heading above it. */
const label = (figure: Figure) => `Chart: ${figureText(figure).title}`;

/** Writes the report of a notebook that has shown every chart, a table and a picture, and the index. */
async function writeReports() {
  const html = (text: string) => displayed({ 'text/html': text, 'text/plain': '' });
  const twenty = imageGrid(new Array(20).fill(new Uint8Array(784)), { columns: 20, scale: 3 });
  const notebook = notebookOf([
    markdownCell('# Every chart\n\nSee [the next](02-augmentation.ipynb).\n\n## Tables'),
    codeCell('showTable(rows);', [html(tableHtml([{ class: 'Coat</script>', images: 6000 }]))]),
    codeCell('await showImages(images);', [
      html(pictureHtml({ png: await imageGrid([new Uint8Array(784)]), alt: 'black' })),
      html(rowsHtml([{ name: 'Bag', alt: 'twenty bags', png: await twenty }], 20 * 28)),
    ]),
    markdownCell('## Charts'),
    ...figures.map(([name, figure]) =>
      codeCell(`showPlot(${name}());`, [
        html(headingHtml(figureText(figure))),
        displayed({ [mimeTypes.plotly]: figure, 'text/plain': label(figure) }),
      ]),
    ),
  ]);
  const report = { name: '01-charts', notebook };
  prepareReport(report, ['today', 'commit abc']);
  writeFileSync(join(folder, '01-charts.ipynb'), JSON.stringify(notebook));
  await renderNotebooks([join(folder, '01-charts.ipynb')]);
  const [[name, figure]] = figures;
  const chart = codeCell('', [displayed({ [mimeTypes.plotly]: figure })]);
  const second = { name: '02-chart', notebook: notebookOf([markdownCell(`# ${name}`), chart]) };
  writeIndex(folder, [report, second]);
}

let browser: Browser;

before(async () => {
  if (withoutChromium) return;
  [browser] = await Promise.all([openBrowser(), writeReports()]);
});

after(() => browser?.close());

/** Opens a page from disk with the network off; returns it and what went wrong in it. */
async function open(file: string, width: number, colorScheme: 'light' | 'dark') {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme,
    offline: true,
  });
  const page = await context.newPage();
  const address = pathToFileURL(join(folder, file)).href;
  const complaints = watch(page, (asked) => asked === address);
  await page.goto(address);
  await page.waitForSelector('.plot .main-svg');
  return { page, complaints };
}

/** What the page says of one chart. */
interface Drawn {
  label: string;
  marks: number;
  width: number;
  /** What plotly finds wrong with the figure; nothing if all is well. */
  complaints?: object[];
}

/**
 * Runs in the page, whose types the project does not load: therefore a text. Plotly's check does not know
 * packed numbers as custom data, which plotly itself reads.
 */
const inspectCharts = `[...document.querySelectorAll('.chart')].map((chart) => {
  const plot = chart.querySelector('.plot');
  const figure = JSON.parse(chart.querySelector('script').textContent);
  return {
    label: plot.getAttribute('aria-label'),
    marks: plot.querySelectorAll('.trace, .hm image, .point').length,
    width: plot.querySelector('.main-svg').getBoundingClientRect().width,
    complaints: Plotly.validate(
      figure.data.map((trace) => {
        const { customdata, ...others } = trace;
        return customdata?.bdata === undefined ? trace : others;
      }),
      figure.layout,
    ),
  };
})`;

for (const { width, scheme } of [
  { width: 1400, scheme: 'light' },
  { width: 400, scheme: 'dark' },
] as const) {
  test(`a report draws all charts at ${width} pixels, ${scheme}, without a network`, {
    skip: withoutChromium,
  }, async () => {
    const { page, complaints } = await open('01-charts.html', width, scheme);
    const charts = (await page.evaluate(inspectCharts)) as Drawn[];
    assert.deepEqual(
      charts.map(({ label }) => label),
      figures.map(([, figure]) => label(figure)),
    );
    for (const chart of charts) {
      assert.ok(chart.marks > 0, `${chart.label} shows nothing`);
      assert.ok(chart.width > 300 && chart.width <= width, `${chart.label} is ${chart.width} wide`);
      assert.equal(chart.complaints, undefined, JSON.stringify(chart.complaints));
    }
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width);
    const row = await page.getByAltText('twenty bags').boundingBox();
    assert.ok(
      row && Math.round(row.width) >= 560 && row.width <= Math.max(560, width),
      `${row?.width}`,
    );
    assert.deepEqual(complaints, []);
  });
}

test('a report has a table of contents, numbered code that folds, and links between reports', {
  skip: withoutChromium,
}, async () => {
  const { page } = await open('01-charts.html', 1400, 'light');
  assert.deepEqual(await page.locator('.contents a').allTextContents(), ['Tables', 'Charts']);
  assert.equal(await page.locator('details.code summary').first().textContent(), '[1]');
  assert.equal(await page.locator('a[href="02-augmentation.html"]').count(), 1);
  assert.ok(await page.locator('details.code .highlight').first().isVisible());
  await page.getByRole('button', { name: 'Hide code' }).click();
  assert.ok(!(await page.locator('details.code .highlight').first().isVisible()));
});

test('the page of all reports shows a picture of each without a network', {
  skip: withoutChromium,
}, async () => {
  const { page, complaints } = await open('index.html', 400, 'dark');
  assert.deepEqual(await page.locator('.card h2').allTextContents(), ['Every chart', 'barChart']);
  assert.ok(await page.locator('.card img').isVisible());
  assert.equal(await page.locator('.card .main-svg .point').count(), 10);
  assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 400);
  assert.deepEqual(complaints, []);
});

test('a report stays under 8 MB', { skip: withoutChromium }, () => {
  assert.ok(statSync(join(folder, '01-charts.html')).size < 8e6);
});
