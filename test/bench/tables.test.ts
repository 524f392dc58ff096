import assert from 'node:assert/strict';
import test from 'node:test';
import {
  comparisonTable,
  costTable,
  deviceLines,
  failureLines,
  peakLine,
  speedTable,
  versionLine,
} from '../../bench/tables';
import { result } from '../support/contest';

/** 100 multiply-adds an image, 30,000 and 60,000 a second. */
const arithmetic = { network: { plain: 100 }, peak: { float32: 30_000, bfloat16: 60_000 } };
const peer = { who: 'Keras' as const, variant: 'jit_compile', seconds: [3, 3, 3] };

test('speedTable(results, task) shows each contender once, how much faster this project is, and the share of the peak', () => {
  const results = [
    result(),
    result({ ...peer }),
    result({ ...peer, variant: 'default', seconds: [9, 9, 9] }),
    result({ precision: 'bfloat16', seconds: [0.99, 1, 1.1] }),
    result({ task: 'predict', batch: 250 }),
  ];
  assert.deepEqual(speedTable(results, 'train', arithmetic).split('\n'), [
    'Training: images a second, batches of 100, median of 3 rounds',
    'network  precision  who                  images/s  10–90 %    ours is  of the peak',
    '-------  ---------  -------------------  --------  ---------  -------  -----------',
    'plain    float32    this project         50        50–50               50 %',
    '                    Keras (jit_compile)  33.3      33.3–33.3  1.50 ×   33 %',
    'plain    bfloat16   this project         100       92.6–101            50 %',
  ]);
  assert.match(
    speedTable(results, 'predict', arithmetic),
    /^Prediction: .* batches of 250[\s\S]* 42 %$/,
  );
});

test('costTable(results) shows this project’s trainings alone', () => {
  const table = costTable([result(), result({ task: 'predict' }), result({ ...peer })]);
  assert.match(table, /plain +float32 +1,147,722 +3\.0 +1\.50$/);
  assert.equal(table.split('\n').length, 4);
});

test('comparisonTable(caption, what, lines) has a line for each value, and does without a peer', () => {
  const lines = [
    { value: 32, results: [result(), result({ ...peer })] },
    { value: 64, results: [result()] },
  ];
  const [caption, header, , first, second] = comparisonTable('Speed', 'batch', lines).split('\n');
  assert.equal(caption, 'Speed');
  assert.match(header, /^batch +this project +Keras \(jit_compile\) +ours is$/);
  assert.match(first, /^ +32 +50 +33\.3 +1\.50 ×$/);
  assert.match(second, /^ +64 +50 +– +–$/);
});

test('versionLine(results) names each program once', () => {
  const facts = { ...result().facts, versions: { Keras: '3.15', TensorFlow: '2.21' } };
  const results = [result(), result(), result({ facts })];
  assert.equal(versionLine(results), 'Node 20, Keras 3.15, TensorFlow 2.21');
});

test('deviceLines(results) warns if one contender computed on another device', () => {
  assert.deepEqual(deviceLines([result(), result({ ...peer })]), []);
  const onGpu = result({ ...peer, facts: { ...result().facts, device: 'gpu' } });
  assert.deepEqual(deviceLines([result(), onGpu]), [
    'These did not compute on the same device: this project on the CPU, Keras (jit_compile) on the GPU.',
  ]);
});

test('failureLines(failures) says what was not measured, and why', () => {
  const failure = {
    ...result({ who: 'PyTorch', variant: 'torch.compile' }),
    reason: 'no compiler',
  };
  assert.deepEqual(failureLines([failure]), [
    'Not measured: plain in float32 by PyTorch (torch.compile): no compiler',
  ]);
});

test('peakLine(arithmetic) counts two operations a multiply-add', () => {
  const peak = { float32: 150e9, bfloat16: 1000e9 };
  assert.match(
    peakLine({ ...arithmetic, peak }),
    /300 billion operations a second in float32, 2000 billion operations a second in bfloat16/,
  );
});

test('speedTable(results, task) says so where nothing could be measured', () => {
  assert.equal(speedTable([], 'predict', arithmetic), 'Prediction: nothing could be measured.');
});
