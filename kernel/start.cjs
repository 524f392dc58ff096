/**
 * The notebook kernel: tslab rooted at the project, whatever folder the notebook is in, so that cells
 * import `./lib/…` and read `data/`, `models/` and `logs/`. Jupyter starts it with the path of its
 * connection file.
 */
const { join } = require('node:path');
const util = require('node:util');

const root = join(__dirname, '..');
process.chdir(root);

// As lib/onednn.ts and lib/node-compatibility.ts do, for cells that load TensorFlow or danfo themselves.
if (process.arch === 'x64') process.env.TF_ENABLE_ONEDNN_OPTS ??= '1';
/** @type {any} */ (util).isNullOrUndefined ??= (/** @type {unknown} */ value) => value == null;
/** @type {any} */ (util).isArray ??= Array.isArray;

// The compiler must be prepared before tslab loads it.
const compiler = require('./compiler.cjs');
const { createInterruption } = require('./interruption.cjs');
const { showPositionsIn } = require('./positions.cjs');
const { createExecutor } = require('./executor.cjs');
const { Handler, Server } = require('./server.cjs');
const { createConverter } = require('tslab/dist/converter');

const parent = process.ppid;
const [, , connectionFile = ''] = process.argv;

showPositionsIn(root, compiler.locate);
const interruption = createInterruption();
const converter = createConverter({ isJS: false, isBrowser: false });
const executor = createExecutor({ root, converter, interruption });
const server = new Server(new Handler(executor), connectionFile, { executor, interruption });

process.on('SIGINT', () => interruption.request());
process.on('uncaughtException', (error) => console.error('Outside of any cell:', error));
process.on('unhandledRejection', (reason) => console.error('In a promise not awaited:', reason));

// A kernel whose Jupyter was killed would hold its memory for ever.
setInterval(() => process.ppid === parent || process.exit(1), 5000).unref();

server.init();
