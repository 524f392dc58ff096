import assert from 'node:assert/strict';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { mimeTypes } from '../lib/notebook';
import { paths } from '../lib/paths';
import { lineChart } from '../lib/plot-lines';
import { openBrowser, withoutChromium } from './support/browser';
import { type Lab, startLab } from './support/lab';
import { codeCell, displayed, notebookOf } from './support/notebook-files';
import { fixtureEnvironment } from './support/places';

const notebook = '01-exploration.ipynb';

/** What notebook 03 does, on so many epochs that there is time to stop them. */
const trainingCells = [
  `import { loadDataset } from './lib/dataset';
import { showMarkdown, showPlot } from './lib/display';
import { outcome, runOrShow } from './lib/experiment-choice';
import { learningCurves } from './lib/plot-training';
import { recipe } from './lib/recipes';
const chosen = recipe('quick', { epochs: 150 });`,
  "const settings = { mode: 'train' as const, recipe: chosen, resume: '', included: '' };",
  `const data = await loadDataset();
const trained = await runOrShow(settings, data);
showMarkdown(outcome(trained, data));`,
  'showPlot(learningCurves(trained.history));',
];

let browser: Browser;
let lab: Lab;

before(async () => {
  if (withoutChromium) return;
  [browser, lab] = await Promise.all([openBrowser(), startLab(fixtureEnvironment())]);
  // A copy: JupyterLab saves what it has run, and the project's own notebooks have no outputs.
  copyFileSync(join(paths.notebooks, notebook), join(lab.folder, notebook));
  const cells = trainingCells.map((source) => codeCell(source));
  writeFileSync(join(lab.folder, 'train.ipynb'), JSON.stringify(notebookOf(cells)));
});

after(async () => {
  await browser?.close();
  await lab?.stop();
});

/** Opens a page that waits as long as a busy machine may take. */
async function openPage(options?: BrowserContextOptions): Promise<Page> {
  const page = await browser.newPage(options);
  page.setDefaultTimeout(240_000);
  return page;
}

/** Tells, in the page, whether each cell has its number, or one has failed and no more will come. */
const isDone = `
  document.querySelector('[data-mime-type="application/vnd.jupyter.error"]') !== null ||
  [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].every(
    (prompt) => /[0-9]/.test(prompt.textContent),
  )`;

/** Runs all cells, once there is a kernel to run them, and waits until it has nothing left to do. */
async function runAll(page: Page) {
  await page.getByText('TypeScript | Idle').waitFor();
  await page.getByRole('menuitem', { name: 'Run', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Run All Cells', exact: true }).click();
  await page.waitForFunction(isDone, undefined, { timeout: 400_000 });
  const errors = page.locator('[data-mime-type="application/vnd.jupyter.error"]');
  assert.deepEqual(await errors.allTextContents(), []);
}

test('JupyterLab runs notebook 01: charts, tables and pictures on wide and narrow screens', {
  skip: withoutChromium,
  timeout: 600_000,
}, async () => {
  const page = await openPage({ viewport: { width: 1400, height: 900 } });
  await page.goto(lab.address(`/lab/tree/${notebook}`));
  await page.locator('.jp-Notebook').waitFor();
  await runAll(page);

  const shown = {
    chart: page.locator('.js-plotly-plot').first(),
    table: page.locator('.jp-OutputArea table').first(),
    picture: page.locator('.jp-OutputArea img[alt]').first(),
  };
  for (const [name, place] of Object.entries(shown)) {
    await place.scrollIntoViewIfNeeded();
    assert.ok(await place.isVisible(), `no ${name} is visible`);
  }
  assert.ok((await shown.chart.locator('.trace, .hm image, .point').count()) > 0);
  assert.equal(await page.locator('.jp-OutputArea [data-mime-type*="stderr"]').count(), 0);

  await page.setViewportSize({ width: 400, height: 900 });
  await page.keyboard.press('Control+b');
  await page.waitForFunction(
    "document.querySelector('.js-plotly-plot .main-svg').getBoundingClientRect().width < 400",
  );
  await page.close();
});

test('JupyterLab gives the charts of a stored notebook their height, where the window changes meanwhile', {
  skip: withoutChromium,
  timeout: 300_000,
}, async () => {
  const axes = { x: { title: 'across' }, y: { title: 'up' } };
  const chart = lineChart([{ name: 'a line', x: [0, 1], y: [0, 1] }], {
    title: 'A chart',
    ...axes,
  });
  const stored = [codeCell('1 + 1', [displayed({ [mimeTypes.plotly]: chart })])];
  writeFileSync(join(lab.folder, 'stored.ipynb'), JSON.stringify(notebookOf(stored)));
  const page = await openPage({ viewport: { width: 1400, height: 900 } });
  await page.goto(`${lab.address('/lab/tree/stored.ipynb')}&reset`);
  const plot = page.locator('.jp-OutputArea .js-plotly-plot');
  await plot.waitFor({ state: 'attached' });
  await page.keyboard.press('Control+b');
  await page.getByText('TypeScript | Idle').waitFor();
  const box = await plot.boundingBox();
  assert.ok(box !== null && box.height > 200, `a chart of ${box?.height} pixels`);
  await page.close();
});

test('JupyterLab exports a notebook as a page with living charts', {
  skip: withoutChromium,
  timeout: 300_000,
}, async () => {
  const page = await openPage();
  const answer = await page.request.get(lab.address(`/nbconvert/html/${notebook}`));
  const html = await answer.text();
  assert.equal(answer.status(), 200);
  assert.match(html, /<main>/, 'the export does not have the look of the reports');
  assert.doesNotMatch(html, /<(script|link)[^>]+(src|href)="https?:/);
  await page.close();
});

/** Runs the cell that the source belongs to, after it was typed over if there is a new one. */
async function runCell(page: Page, source: string, changed?: string) {
  await page.getByText('TypeScript | Idle').waitFor();
  const cell = page.locator('.jp-CodeCell', { hasText: source });
  await cell.locator('.cm-content').click();
  if (changed !== undefined) {
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText(changed);
    await page.locator('.jp-CodeCell', { hasText: changed }).waitFor();
  }
  await page.keyboard.press('Control+Enter');
}

test('JupyterLab trains live; the interrupt button leaves a run that a changed cell resumes', {
  skip: withoutChromium,
  timeout: 600_000,
}, async () => {
  const page = await openPage({ viewport: { width: 1400, height: 1200 } });
  await page.goto(`${lab.address('/lab/tree/train.ipynb')}&reset`);
  await page.getByText('TypeScript | Idle').waitFor();
  await runCell(page, 'import { loadDataset }');
  await runCell(page, 'const settings');
  await runCell(page, 'const trained');
  await page.locator('.progress svg').first().waitFor();
  await page.getByRole('menuitem', { name: 'Kernel', exact: true }).click();
  await page.getByRole('menuitem', { name: /^Interrupt Kernel/ }).click();
  await page.getByText('is interrupted after').waitFor();

  const changed = trainingCells[1].replace("resume: ''", "resume: 'latest'");
  await runCell(page, 'const settings', changed);
  await runCell(page, 'const trained');
  await page.getByText('is finished after').waitFor();
  await page.locator('.progress img[alt*="validation"]').first().waitFor();
  await runCell(page, 'showPlot(learning');
  const heading = page.locator('.chart-heading', { hasText: 'After 150 epochs' });
  await heading.waitFor();

  // Words of charts take the colour of the theme, also after it has changed.
  await page.locator('.js-plotly-plot .xtick text').first().waitFor();
  // A text, because the project loads no types of a browser.
  const style = "getComputedStyle(document.querySelector('.js-plotly-plot .xtick text')).fill";
  const colour = () => page.evaluate(style);
  assert.equal(await colour(), 'rgba(0, 0, 0, 0.87)');
  await page.getByRole('menuitem', { name: 'Settings', exact: true }).click();
  await page.getByText('Theme', { exact: true }).click();
  await page.getByText('JupyterLab Dark', { exact: true }).click();
  await page.locator('body[data-jp-theme-light="false"]').waitFor({ state: 'attached' });
  assert.equal(await colour(), 'rgb(255, 255, 255)');
  await page.close();
});
