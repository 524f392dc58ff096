/** Weight gradients in a recorded graph that can be computed on images of another layout. */
import { attributeOf, type Graph, type GraphNode } from './graph';

export type Shape = [count: number, height: number, width: number, channels: number];

/** The shape of a convolution's kernel. */
export type KernelShape = [height: number, width: number, inputs: number, outputs: number];

/**
 * The weight gradient of a convolution that keeps the size of its images, with as many zeros on their left as on
 * their right.
 */
export interface WeightGradient {
  node: GraphNode;
  kernel: KernelShape;
  images: Shape;
  /** The shape of what comes back to the convolution. */
  gradients: Shape;
}

/**
 * Goes through the graph's weight gradients whose shapes are known. `rewrite` adds nodes that take the place of one
 * and says whether it did; all other nodes stay as they are.
 */
export function rewriteWeightGradients(
  graph: Graph,
  rewrite: (gradient: WeightGradient) => boolean,
): void {
  const original = graph.nodes;
  const shapes = new Map(original.map(({ name, shape }) => [name, shape]));
  const constants = new Map(original.map(({ name, constant }) => [name, constant?.values]));
  graph.nodes = [];
  for (const node of original) {
    const kernel = evenKernel(node, constants);
    const [images, , gradients] = node.inputs.map((input) => shapes.get(input) as Shape);
    const known = kernel !== undefined && images !== undefined && gradients !== undefined;
    if (!(known && rewrite({ node, kernel, images, gradients }))) graph.nodes.push(node);
  }
}

function evenKernel(
  node: GraphNode,
  constants: Map<string, ArrayBufferView | undefined>,
): KernelShape | undefined {
  if (node.op !== 'Conv2DBackpropFilter') return undefined;
  const isOne = (name: string) => (attributeOf(node, name) as number[]).every((each) => each === 1);
  if (attributeOf(node, 'padding') !== 'SAME' || !isOne('strides') || !isOne('dilations')) {
    return undefined;
  }
  const [, sizes] = node.inputs;
  const kernel = [...(constants.get(sizes) as Int32Array)] as KernelShape;
  return kernel[1] % 2 === 1 ? kernel : undefined;
}
