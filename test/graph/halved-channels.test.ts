import assert from 'node:assert/strict';
import test from 'node:test';
import { device } from '../../lib/backend';
import { environment } from '../../lib/environment';
import { attributeOf, type Graph } from '../../lib/graph/graph';
import { gainsFromHalvedChannels, halveChannels } from '../../lib/graph/halved-channels';
import { useLowPrecision } from '../../lib/graph/precision';
import { layImagesSideBySide } from '../../lib/graph/side-by-side';
import { type Sizes, weightGradient } from '../support/weight-gradient';

/** The kernel's shape that the graph's weight gradient computes, and how far it moves on. */
function computed(graph: Graph) {
  const gradient = graph.nodes.find(({ op }) => op === 'Conv2DBackpropFilter');
  const sizes = graph.nodes.find(({ name }) => name === gradient?.inputs[1])?.constant?.values;
  const strides = gradient && attributeOf(gradient, 'strides');
  return { kernel: [...(sizes as Int32Array)], strides };
}

const halved: [what: string, sizes: Sizes, kernel: number[]][] = [
  ['32 channels', { channels: 32 }, [3, 6, 16, 5]],
  ['halves of 24, not a multiple of 16', { channels: 48 }, [3, 6, 24, 5]],
  ['long rows', { channels: 64, size: 14, count: 2 }, [3, 6, 32, 5]],
  ['kernels of 5 pixels', { channels: 32, kernel: 5 }, [5, 10, 16, 5]],
];

for (const [what, sizes, kernel] of halved) {
  for (const first of [layImagesSideBySide, () => {}]) {
    const images = first === layImagesSideBySide ? 'images side by side' : 'images as they are';
    test(`halveChannels(graph) leaves the gradient as it is: ${what}, ${images}`, () => {
      const gradient = weightGradient(sizes);
      first(gradient.graph);
      halveChannels(gradient.graph);
      assert.deepEqual(computed(gradient.graph), { kernel, strides: [1, 1, 2, 1] });
      gradient.demandSame();
    });
  }
}

const left: [what: string, sizes: Sizes][] = [
  ['fewer than 32 channels', { channels: 30 }],
  ['odd channels', { channels: 33 }],
  ['128 channels', { channels: 128 }],
  ['kernels of 1 pixel', { channels: 32, kernel: 1 }],
  ['kernels of 9 pixels, twice too wide', { channels: 32, size: 14, kernel: 9 }],
  ['strides', { channels: 32, strides: 2 }],
  ['valid padding', { channels: 32, padding: 'valid' }],
];

for (const [what, sizes] of left) {
  test(`halveChannels(graph) does not touch ${what}`, () => {
    const { graph } = weightGradient(sizes);
    const before = [...graph.nodes];
    halveChannels(graph);
    assert.deepEqual(graph.nodes, before);
  });
}

test('gainsFromHalvedChannels(features) knows the processors whose kernel was measured', () => {
  assert.ok(gainsFromHalvedChannels(['avx512f', 'avx512_bf16']));
  assert.ok(!gainsFromHalvedChannels(['avx512f', 'avx512_bf16', 'amx_tile', 'amx_bf16']));
  assert.ok(!gainsFromHalvedChannels(['asimd', 'bf16']));
  assert.ok(!gainsFromHalvedChannels([]));
});

test('useLowPrecision(graph, precision) halves channels in bfloat16 alone, where that gains', () => {
  for (const precision of ['float32', 'bfloat16'] as const) {
    const { graph } = weightGradient({ channels: 32 });
    useLowPrecision(graph, precision);
    const gains = device() === 'CPU' && gainsFromHalvedChannels(environment().features);
    const expected = precision === 'bfloat16' && gains ? [3, 6, 16, 5] : [3, 3, 32, 5];
    assert.deepEqual(computed(graph).kernel, expected);
  }
});
