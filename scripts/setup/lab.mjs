/**
 * Step: lets JupyterLab show outputs in the colours of its theme, and its own export give the reports' look,
 * with charts that live offline.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentFolder, root } from './places.mjs';
import { namesIn, readIfThere, writeWhole } from './stamp.mjs';

const folder = join(environmentFolder, 'etc', 'jupyter');

/** The exporter: JupyterLab's menu reads the server's settings, the command line those of nbconvert. */
const HTMLExporter = {
  template_name: 'report',
  extra_template_basedirs: [join(root, 'scripts')],
  extra_template_paths: [join(root, 'node_modules/plotly.js-dist-min')],
};

/** The settings by their file's name. */
const settings = {
  'jupyter_server_config.json': { HTMLExporter, LabApp: { custom_css: true } },
  'jupyter_nbconvert_config.json': { HTMLExporter },
};

/** The style that JupyterLab's page loads, unless the user has one of his own in Jupyter's folder. */
const style = readFileSync(join(root, 'scripts', 'lab', 'custom.css'), 'utf8');

/** The server looks for the style among its own files, and no setting adds a place. */
function styleFile() {
  const library = join(environmentFolder, 'lib');
  const version = namesIn(library).find((name) => name.startsWith('python3')) ?? 'python3';
  return join(library, version, 'site-packages/jupyter_server/static/custom/custom.css');
}

/** What is written where. */
function files() {
  const written = Object.entries(settings).map(([name, values]) => ({
    path: join(folder, name),
    text: `${JSON.stringify(values, null, 2)}\n`,
  }));
  return [...written, { path: styleFile(), text: style }];
}

/** @type {import('./steps.mjs').Step} */
export const labSettings = {
  name: 'JupyterLab',
  stamp: join(folder, '.setup'),
  megabytes: 0,
  inputs: () => ({ settings, style }),
  isIntact: () => files().every(({ path, text }) => readIfThere(path) === text),
  needs: [],
  run: async () => {
    for (const { path, text } of files()) writeWhole(path, text);
  },
};
