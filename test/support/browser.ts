/** Headless Chromium of the system, for the tests of what a browser must show. */
import { type Browser, chromium, type Page } from 'playwright-core';
import { chromiumAdvice, findChromium } from '../../lib/chromium';

const executable = findChromium();

/** The reason to leave a browser test out, or false. In CI nothing is left out: the tests fail. */
export const withoutChromium =
  executable === undefined && !process.env.CI ? `no Chromium: ${chromiumAdvice}` : false;

/** Starts Chromium without anything that would reach for the network by itself. */
export function openBrowser(): Promise<Browser> {
  if (executable === undefined) throw new Error(`No Chromium: ${chromiumAdvice}`);
  const flags = ['gpu', 'quic', 'background-networking', 'component-update', 'sync'];
  return chromium.launch({
    executablePath: executable,
    args: ['--no-sandbox', '--no-first-run', ...flags.map((flag) => `--disable-${flag}`)],
  });
}

/** Returns a list that grows with everything a page complains of or asks the network for. */
export function watch(page: Page, isExpected: (address: string) => boolean): string[] {
  const found: string[] = [];
  page.on('pageerror', (error) => found.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) found.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const address = request.url();
    if (!/^(data|blob):/.test(address) && !isExpected(address)) found.push(`request: ${address}`);
  });
  return found;
}
