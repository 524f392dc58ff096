import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { paths } from '../lib/paths';
import { openBrowser, withoutChromium } from './support/browser';
import { type Lab, startLab } from './support/lab';

const notebook = '01-exploration.ipynb';

let browser: Browser;
let lab: Lab;

before(async () => {
  if (withoutChromium) return;
  const fixture = join(paths.root, 'test', 'fixtures');
  [browser, lab] = await Promise.all([openBrowser(), startLab({ FASHION_MNIST_DIR: fixture })]);
  // A copy: JupyterLab saves what it has run, and the project's own notebooks have no outputs.
  copyFileSync(join(paths.notebooks, notebook), join(lab.folder, notebook));
});

after(async () => {
  await browser?.close();
  await lab?.stop();
});

/** Tells, in the page, whether each cell has its number, or one has failed and no more will come. */
const isDone = `
  document.querySelector('[data-mime-type="application/vnd.jupyter.error"]') !== null ||
  [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].every(
    (prompt) => /[0-9]/.test(prompt.textContent),
  )`;

/** Runs all cells, once there is a kernel to run them, and waits until it has nothing left to do. */
async function runAll(page: Page) {
  await page.getByText('TypeScript | Idle').waitFor({ timeout: 60_000 });
  await page.getByRole('menuitem', { name: 'Run', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Run All Cells', exact: true }).click();
  await page.waitForFunction(isDone, undefined, { timeout: 180_000 });
  const errors = page.locator('[data-mime-type="application/vnd.jupyter.error"]');
  assert.deepEqual(await errors.allTextContents(), []);
}

test('JupyterLab runs notebook 01: charts, tables and pictures on wide and narrow screens', {
  skip: withoutChromium,
  timeout: 300_000,
}, async () => {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  await page.goto(lab.address(`/lab/tree/${notebook}`));
  await page.locator('.jp-Notebook').waitFor({ timeout: 60_000 });
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

test('JupyterLab exports a notebook as a page with living charts', {
  skip: withoutChromium,
  timeout: 120_000,
}, async () => {
  const page = await browser.newPage();
  const answer = await page.request.get(lab.address(`/nbconvert/html/${notebook}`));
  const html = await answer.text();
  assert.equal(answer.status(), 200);
  assert.match(html, /<main>/, 'the export does not have the look of the reports');
  assert.doesNotMatch(html, /<(script|link)[^>]+(src|href)="https?:/);
  await page.close();
});
