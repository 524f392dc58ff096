/** Stock TensorFlow.js without this project: in a Node process of its own, and in a browser's page. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import type { Browser } from 'playwright-core';
import { paths } from '../../lib/paths';
import { watch } from './browser';

const bundle = join(paths.root, 'node_modules', '@tensorflow', 'tfjs', 'dist', 'tf.min.js');

/** The name under which a script finds its input. */
interface StockInput {
  /** Where `model.json` and `weights.bin` are. */
  folder: string;
  /** Images × 784, 0 to 1. */
  images: Float32Array;
}

/** Opens a model from `address`, predicts, and gives the probabilities. A text, since a page runs it too. */
const predict = `async (tf, source, pixels) => {
  const model = await tf.loadLayersModel(source);
  const output = model.predict(tf.tensor4d(pixels, [pixels.length / 784, 28, 28, 1]));
  return Array.from(await output.data());
}`;

/** What a package of TensorFlow.js, required by name and nothing else, makes of the images. */
export function predictInNode(packageName: string, { folder, images }: StockInput): Float32Array {
  const program = `
    const { readFileSync } = require('node:fs');
    const tf = require('${packageName}');
    const { modelTopology, weightsManifest } = JSON.parse(readFileSync('${folder}/model.json'));
    const weightSpecs = weightsManifest.flatMap(({ weights }) => weights);
    const weightData = new Uint8Array(readFileSync('${folder}/weights.bin')).buffer;
    const source = tf.io.fromMemory({ modelTopology, weightSpecs, weightData });
    const pixels = JSON.parse(readFileSync(0, 'utf8'));
    (${predict})(tf, source, pixels).then((found) => console.log(JSON.stringify(found)));`;
  const output = execFileSync(process.execPath, ['--eval', program], {
    cwd: paths.root,
    encoding: 'utf8',
    input: JSON.stringify(Array.from(images)),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  return Float32Array.from(JSON.parse(output.slice(output.lastIndexOf('['))));
}

/** Serves a folder's files and TensorFlow.js's bundle at an address of this machine. */
async function serve(folder: string): Promise<Server> {
  const page = '<!doctype html><meta charset="utf-8"><script src="tf.min.js"></script>';
  const server = createServer(({ url = '/' }, response) => {
    const name = basename(url);
    if (name === '') response.setHeader('content-type', 'text/html').end(page);
    else if (name === 'favicon.ico') response.writeHead(204).end();
    else response.end(readFileSync(name === 'tf.min.js' ? bundle : join(folder, name)));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return server;
}

/** What the bundle in a browser's page makes of the images, on the processor. */
export async function predictInBrowser(
  browser: Browser,
  { folder, images }: StockInput,
): Promise<{ probabilities: Float32Array; complaints: string[] }> {
  const server = await serve(folder);
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const page = await browser.newPage();
  const complaints = watch(page, (asked) => asked.startsWith(address));
  try {
    await page.goto(address);
    const pixels = JSON.stringify(Array.from(images));
    const found = await page.evaluate(`
      tf.setBackend('cpu').then(() => (${predict})(tf, '${address}model.json', ${pixels}))`);
    return { probabilities: Float32Array.from(found as number[]), complaints };
  } finally {
    await page.close();
    server.close();
    server.closeAllConnections();
  }
}
