/**
 * Weight gradients of convolutions in bfloat16, with half of the channels laid beside the other half as pixels of
 * their own. For each pair of 16 channels in and 16 out, oneDNN transposes the numbers of both, unless its threads can
 * wait for each other, which TensorFlow's cannot. Read as half as many channels in rows twice as long, by a kernel
 * twice as wide that moves on by two, the same numbers in the same places make half as many pairs, each with twice
 * the arithmetic, and none is copied: on an AMD EPYC (Zen 4), such gradients are mostly 6 to 17 % faster.
 */
import type { Graph } from './graph';
import { reshape } from './variable';
import { type KernelShape, rewriteWeightGradients, type WeightGradient } from './weight-gradient';

/** Channels that oneDNN computes at once: each half should have as many. */
const BLOCK = 16;
/** Channels from which on oneDNN takes another way through the images, which nothing is gained for. */
const MANY = 128;
/** The widest kernels that its bfloat16 weight gradients take. */
const WIDEST_KERNEL = 14;

/** Whether a processor's kernel for bfloat16 is the one that was measured: with AMX, and on ARM, there are others. */
export function gainsFromHalvedChannels(features: string[]): boolean {
  return features.includes('avx512_bf16') && !features.includes('amx_bf16');
}

/** Rewrites the weight gradients of a recorded graph where halves of the images' channels are large enough. */
export function halveChannels(graph: Graph): void {
  rewriteWeightGradients(graph, (gradient) => {
    const gains = hasHalves(gradient.kernel);
    if (gains) addHalved(graph, gradient);
    return gains;
  });
}

function hasHalves([, width, inputs]: KernelShape): boolean {
  const full = inputs % 2 === 0 && inputs >= 2 * BLOCK && inputs < MANY;
  // Kernels of one pixel have a way of their own.
  return full && width > 1 && 2 * width <= WIDEST_KERNEL;
}

/** [n, h, w, c] → [n, h, 2 w, c / 2]; what comes out, [kh, 2 kw, c / 2, o], → [kh, kw, c, o]. */
function addHalved(graph: Graph, { node, images, kernel }: WeightGradient): void {
  const [count, height, width, channels] = images;
  const [kernelHeight, kernelWidth, inputs, outputs] = kernel;
  const halves = reshape(graph, node.inputs[0], [count, height, 2 * width, channels / 2]);
  const halved = [kernelHeight, 2 * kernelWidth, inputs / 2, outputs];
  const sizes = graph.constant([halved.length], 'int32', Int32Array.from(halved));
  const name = graph.uniqueName(node.op);
  graph.nodes.push({
    ...node,
    name,
    inputs: [halves, sizes, ...node.inputs.slice(2)],
    attributes: node.attributes.map((each) =>
      each.name === 'strides' ? { ...each, value: [1, 1, 2, 1] } : each,
    ),
    shape: halved,
  });
  reshape(graph, name, kernel);
  // Whoever reads the gradient finds it under its old name.
  Object.assign(graph.nodes[graph.nodes.length - 1], { name: node.name, shape: kernel });
}
