import assert from 'node:assert/strict';
import test from 'node:test';
import type { Graph } from '../../lib/graph/graph';
import { layImagesSideBySide } from '../../lib/graph/side-by-side';
import { type Sizes, weightGradient } from '../support/weight-gradient';

/** The rows that the images of a graph's weight gradient have after the pass: images in each. */
function imagesInRow(graph: Graph): number {
  const before = graph.nodes.length;
  layImagesSideBySide(graph);
  if (graph.nodes.length === before) return 1;
  const rows = graph.nodes.find(({ op }) => op === 'Transpose');
  const reshape = graph.nodes.find(({ name }) => name === rows?.inputs[0]);
  const shape = graph.nodes.find(({ name }) => name === reshape?.inputs[1])?.constant?.values;
  return (shape as Int32Array)[1];
}

const cases: [what: string, sizes: Sizes, expected: number][] = [
  ['rows of 7 pixels: 4 fill a group', {}, 4],
  ['rows of 3 pixels: 8 fill a group', { size: 3 }, 8],
  ['a batch that 4 does not divide', { count: 25 }, 25],
  ['kernels of 5 pixels: wider gaps', { kernel: 5 }, 8],
  ['kernels of 1 pixel: no gaps', { kernel: 1 }, 4],
  ['long rows stay', { size: 14 }, 1],
  ['strides stay', { strides: 2 }, 1],
  ['valid padding stays', { padding: 'valid' }, 1],
  ['a single image stays', { count: 1 }, 1],
];

for (const [what, sizes, expected] of cases) {
  test(`layImagesSideBySide(graph) leaves the gradient as it is: ${what}`, () => {
    const gradient = weightGradient(sizes);
    assert.equal(imagesInRow(gradient.graph), expected);
    gradient.demandSame();
  });
}
