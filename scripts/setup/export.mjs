/** Step: lets JupyterLab's own export give the reports' look, with charts that live offline. */
import { join } from 'node:path';
import { environmentFolder, root } from './places.mjs';
import { readIfThere, writeWhole } from './stamp.mjs';

const folder = join(environmentFolder, 'etc', 'jupyter');

/** The menu reads the server's settings, the command line those of nbconvert. */
const files = ['jupyter_server_config.json', 'jupyter_nbconvert_config.json'].map((name) =>
  join(folder, name),
);

function settings() {
  const exporter = {
    template_name: 'report',
    extra_template_basedirs: [join(root, 'scripts')],
    extra_template_paths: [join(root, 'node_modules/plotly.js-dist-min')],
  };
  return `${JSON.stringify({ HTMLExporter: exporter }, null, 2)}\n`;
}

/** @type {import('./steps.mjs').Step} */
export const exportSettings = {
  name: 'export from JupyterLab',
  stamp: join(folder, '.setup'),
  megabytes: 0,
  inputs: () => ({ settings: settings() }),
  isIntact: () => files.every((file) => readIfThere(file) === settings()),
  needs: [],
  run: async () => {
    for (const file of files) writeWhole(file, settings());
  },
};
