/** The most arithmetic that the machine does: large matrix products and nothing else. */
import { tf } from '../lib/backend';
import { Graph } from '../lib/graph/graph';
import { attribute, type DataType } from '../lib/graph/native';
import type { Precision } from '../lib/graph/precision';
import { openSession } from '../lib/graph/session';
import { cast } from '../lib/graph/variable';
import { shortestTime } from '../lib/shortest-time';

const size = 2048;
const products = 8;
const seconds = 3;

/** Returns the multiply-adds a second of large matrix products in a precision, at the best of many runs. */
export function matrixPeak(precision: Precision): number {
  const graph = new Graph();
  graph.placeholder('matrix', 'float32', [size, size]);
  const output = addProducts(graph, precision);
  const session = openSession(graph);
  const matrix = tf.fill([size, size], 1 / size);
  const run = () => tf.dispose(session.run({ matrix }, [output]));
  const fastest = shortestTime(run, seconds);
  session.dispose();
  matrix.dispose();
  return (products * size ** 3) / fastest;
}

/** Adds the products of a matrix with itself, one after the other, and one number that needs them all. */
function addProducts(graph: Graph, precision: Precision): string {
  const type = attribute.type('T', precision as DataType);
  const matrix =
    precision === 'float32' ? 'matrix' : cast(graph, 'matrix', 'float32', precision as DataType);
  let product = matrix;
  for (let index = 0; index < products; index++) {
    product = graph.add('MatMul', { inputs: [product, matrix], attributes: [type] });
  }
  const back = precision === 'float32' ? product : cast(graph, product, precision, 'float32');
  return graph.float('L2Loss', back);
}
