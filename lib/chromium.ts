/** The browser that the tests drive. It comes from the system: none is downloaded. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const applications = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** How to get the browser where there is none. */
export const chromiumAdvice =
  'sudo apt-get install chromium (Debian), brew install --cask chromium (macOS), or CHROMIUM=PATH';

/** Returns the path of Chromium or Chrome, `CHROMIUM` before all others; undefined if there is none. */
export function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  const named = process.env.CHROMIUM ? [process.env.CHROMIUM] : [];
  return [...named, ...onPath, ...applications].find((path) => existsSync(path));
}
