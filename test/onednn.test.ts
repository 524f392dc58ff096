import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

const code = `const { tf } = require('./lib/backend.ts');
  tf.conv2d(tf.ones([2, 8, 8, 16]), tf.ones([3, 3, 16, 16]), 1, 'same').dataSync();`;

/** Whether a convolution in a fresh process was oneDNN's, by its own report. */
function usesOneDnn(wish: string | undefined): boolean {
  const env = { ...process.env, ONEDNN_VERBOSE: '1', TF_ENABLE_ONEDNN_OPTS: wish };
  const words = ['--import', 'tsx', '--eval', code];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { env, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return /^onednn_verbose.*,exec,cpu,convolution,/m.test(stdout);
}

const skip = process.arch !== 'x64' && 'TensorFlow has oneDNN for x64 processors alone';

test('TensorFlow computes with oneDNN whatever the x64 processor', { skip }, () => {
  assert.equal(usesOneDnn(undefined), true);
});

test('TF_ENABLE_ONEDNN_OPTS=0 keeps oneDNN off', { skip }, () => {
  assert.equal(usesOneDnn('0'), false);
});
