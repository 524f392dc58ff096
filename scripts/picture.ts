/**
 * npm run picture
 *
 * Draws the README's picture anew: the confusion matrix as it is in the report of notebook 04.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { chromiumAdvice, findChromium } from '../lib/chromium';
import { runCommand } from '../lib/command';
import { paths } from '../lib/paths';

async function main(): Promise<void> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error(`No Chromium: ${chromiumAdvice}`);
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 900, height: 1200 } });
    await page.goto(pathToFileURL(join(paths.reports, '04-evaluation.html')).href);
    const chart = page.locator('.chart', { has: page.getByLabel('Chart: Label and prediction') });
    await chart.locator('svg.main-svg').first().waitFor();
    mkdirSync(join(paths.root, 'docs'), { recursive: true });
    await chart.screenshot({
      path: join(paths.root, 'docs', 'confusion-matrix.png'),
      // The heading above reaches a little into the chart.
      style: '.chart-heading { visibility: hidden; }',
    });
  } finally {
    await browser.close();
  }
}

runCommand(main);
