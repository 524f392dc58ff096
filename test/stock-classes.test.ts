import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import test from 'node:test';
import { paths } from '../lib/paths';
import { foreignClasses, stockClasses } from '../lib/stock-classes';

test('stockClasses are the classes of a TensorFlow.js that nothing was added to', () => {
  const program = `
    require('./lib/node-compatibility');
    const tf = require('@tensorflow/tfjs-node-gpu');
    const { classNameMap } = tf.serialization.SerializationMap.getMap();
    console.log(JSON.stringify(Object.keys(classNameMap)));`;
  const output = execFileSync(process.execPath, ['--import', 'tsx', '--eval', program], {
    cwd: paths.root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  assert.deepEqual([...stockClasses].sort(), JSON.parse(output).sort());
});

test('foreignClasses(topology) gives names at any depth that are not stock', () => {
  const layer = (name: string, config: object) => ({ class_name: name, config });
  const topology = layer('Functional', {
    layers: [
      layer('Dense', {
        activation: 'hard_sigmoid',
        kernel_initializer: layer('VarianceScaling', {}),
      }),
      layer('Activation', { activation: 'log_softmax' }),
      layer('Whitening', { activation: 'gelu_new' }),
      layer('Whitening', {}),
      layer('Dense', { activation: 'cube', kernel_regularizer: null, bias: layer('Spectral', {}) }),
    ],
  });
  assert.deepEqual(foreignClasses(topology), ['Whitening', 'cube', 'Spectral']);
  assert.deepEqual(foreignClasses(layer('Sequential', {})), []);
});
