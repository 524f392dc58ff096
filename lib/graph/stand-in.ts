/**
 * What takes the place of a convolution's result while a step is recorded: zeros of the same shape. Only shapes
 * count then, and convolutions are most of the time that the step would take.
 */
import {
  attribute,
  type Binding,
  type BindingAttribute,
  bindingAttribute,
  dataTypeNumber,
  type TensorInformation,
} from './native';

/** A tensor as the recorder knows it: its values only where they came from the host. */
export interface KnownTensor {
  shape: number[];
  values?: ArrayLike<number>;
}

/** An operation that is asked for. */
interface Operation {
  op: string;
  attributes: BindingAttribute[];
  inputs: number[];
}

/** Convolutions of images and a kernel. */
const convolutions = ['Conv2D', 'DepthwiseConv2dNative'];

/** Their gradients, by which of the inputs is the shape of the result. */
const gradients: Record<string, number> = {
  Conv2DBackpropInput: 0,
  Conv2DBackpropFilter: 1,
  DepthwiseConv2dNativeBackpropInput: 0,
  DepthwiseConv2dNativeBackpropFilter: 1,
};

/**
 * Returns zeros instead of what an operation would give, or undefined for one that is to be run.
 *
 * @param known what is known of the operation's inputs
 */
export function standInFor(
  binding: Binding,
  operation: Operation,
  known: KnownTensor[],
): TensorInformation | undefined {
  const shape = shapeOfResult(binding, operation, known);
  return shape && zeros(binding, shape);
}

function shapeOfResult(
  binding: Binding,
  { op, attributes, inputs }: Operation,
  known: KnownTensor[],
): number[] | undefined {
  if (Object.hasOwn(gradients, op)) {
    const { values } = known[gradients[op]];
    return values && Array.from(values);
  }
  if (!convolutions.includes(op)) return undefined;
  const [count, ...size] = known[0].shape;
  // TensorFlow itself is asked, with a single image.
  const single = zeros(binding, [1, ...size]);
  const [answer] = binding.executeOp(op, attributes, [single.id, inputs[1]], 1);
  for (const { id } of [single, answer]) binding.deleteTensor(id);
  return [count, ...answer.shape.slice(1)];
}

function zeros(binding: Binding, shape: number[]): TensorInformation {
  const size = binding.createTensor([shape.length], dataTypeNumber.int32, Int32Array.from(shape));
  const attributes = [attribute.type('dtype', 'float32'), attribute.boolean('init', true)];
  const [made] = binding.executeOp('Empty', attributes.map(bindingAttribute), [size], 1);
  binding.deleteTensor(size);
  return made;
}
