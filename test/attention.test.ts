import assert from 'node:assert/strict';
import test from 'node:test';
import { showAttention } from '../lib/attention';
import { tf } from '../lib/backend';
import type { Split } from '../lib/dataset';
import { imagePixels } from '../lib/idx';
import { squareNetwork } from './support/square-network';

const split: Split = {
  name: 'validation',
  count: 3,
  images: Uint8Array.from({ length: 3 * imagePixels }, (_, index) => index % 256),
  labels: Uint8Array.of(3, 4, 5),
  indices: Int32Array.of(0, 1, 2),
};

test('showAttention(model, split) shows some images, or none, and leaves no tensor behind', async (context) => {
  const said = context.mock.method(console, 'log', () => {});
  const model = squareNetwork();
  const before = tf.memory().numTensors;
  await showAttention(model, split, { places: [2, 0], seed: 1 });
  await showAttention(model, split, { places: [1], classes: [3], seed: 1 });
  await showAttention(model, split, { places: [], seed: 1 });
  assert.equal(tf.memory().numTensors, before);
  model.dispose();
  const lines = said.mock.calls.map((call) => call.arguments[0]);
  const alt = 'What the network looks at';
  assert.deepEqual(lines, [alt, alt, `${alt}: none.`]);
});
