/** Weight gradients in a recorded graph that can be computed on images of another layout: {@link evenWeightGradient}. */
import { attributeOf, type GraphNode } from './graph';

export type Shape = [count: number, height: number, width: number, channels: number];

/** The shape of a convolution's kernel. */
export type KernelShape = [height: number, width: number, inputs: number, outputs: number];

/** The values of a graph's constants, by name. */
export type Constants = Map<string, ArrayBufferView | undefined>;

/**
 * Returns the kernel's shape if the node is the weight gradient of a convolution that keeps the size of its images,
 * with as many zeros on their left as on their right.
 */
export function evenWeightGradient(node: GraphNode, constants: Constants): KernelShape | undefined {
  if (node.op !== 'Conv2DBackpropFilter') return undefined;
  const isOne = (name: string) => (attributeOf(node, name) as number[]).every((each) => each === 1);
  if (attributeOf(node, 'padding') !== 'SAME' || !isOne('strides') || !isOne('dilations')) {
    return undefined;
  }
  const [, kernel] = node.inputs;
  const [height, width, inputs, outputs] = constants.get(kernel) as Int32Array;
  return width % 2 === 1 ? [height, width, inputs, outputs] : undefined;
}
