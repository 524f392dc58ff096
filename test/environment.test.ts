import assert from 'node:assert/strict';
import os from 'node:os';
import test from 'node:test';
import { device, tf } from '../lib/backend';
import { environment, processorFeatures } from '../lib/environment';

test('environment() says what this process computes on and with, in plain data', () => {
  const found = environment();
  assert.deepEqual(JSON.parse(JSON.stringify(found)), found);
  assert.equal(`v${found.node}`, process.version);
  assert.equal(found.tfjs, tf.version.tfjs);
  assert.match(found.tensorflow, /^2\.\d+\.\d+/);
  assert.equal(found.device, device());
  assert.equal(found.gpu === null, found.device === 'CPU');
  assert.ok(found.cores >= 1 && found.cores <= os.cpus().length);
  assert.ok(found.memory > 0 && found.memory <= os.totalmem() / 2 ** 30 + 0.1);
  assert.equal(found.platform, `${process.platform} ${process.arch}`);
});

test('processorFeatures(text) finds what counts in the lists of both kinds of processors', () => {
  const cases: [string, string[]][] = [
    [
      'model name\t: X\nflags\t\t: fpu avx avx2 avx512f avx512_bf16 amx_bf16\n',
      ['avx', 'avx2', 'avx512f', 'avx512_bf16', 'amx_bf16'],
    ],
    ['BogoMIPS\t: 50\nFeatures\t: fp asimd sve bf16\n', ['asimd', 'sve', 'bf16']],
    ['flags\t: avx2x xavx2\n', []],
    ['', []],
  ];
  for (const [text, features] of cases) assert.deepEqual(processorFeatures(text), features);
});
