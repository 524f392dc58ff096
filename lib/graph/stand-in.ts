/**
 * What takes the place of an operation's result while a step is recorded: empty memory of the same shape. Only shapes
 * count then, and memory that nobody writes to is not even provided by the system: so recording takes little of the
 * time and of the memory that the step itself will take.
 */
import { tf } from '../backend';
import { elementWiseOutputs } from './element-wise';
import {
  attribute,
  type Binding,
  type BindingAttribute,
  bindingAttribute,
  dataTypeNumber,
  type TensorInformation,
} from './native';
import { sizeOfShape } from './variable';

/** A tensor as the recorder knows it. */
export interface KnownTensor {
  shape: number[];
  /** Where they came from the host. */
  values?: ArrayLike<number>;
  /** Whether it is a stand-in: then its memory holds anything. */
  empty?: boolean;
}

/** An operation that is asked for. */
interface Operation {
  op: string;
  attributes: BindingAttribute[];
  inputs: number[];
  outputCount: number;
}

/** So few numbers are computed: what a transform draws for each image has then the values that it counts on. */
const LARGE = 2 ** 16;

/** Operations on each number by itself; inputs of other shapes are repeated (broadcast). */
const elementWise = [...Object.keys(elementWiseOutputs), 'Relu', 'ReluGrad'];

/** Operations on batches of images, by which of their inputs are such; the first output is one as well. */
const onImages: Record<string, number[]> = {
  AvgPool: [0],
  Conv2D: [0],
  DepthwiseConv2dNative: [0],
  FusedBatchNormGradV3: [0, 1],
  FusedBatchNormV3: [0],
  MaxPool: [0],
  MaxPoolGrad: [0, 1, 2],
};

/** Gradients, by which of their inputs tells the shape of the result. */
const shapeAmongInputs: Record<string, number> = {
  AvgPoolGrad: 0,
  Conv2DBackpropFilter: 1,
  Conv2DBackpropInput: 0,
  DepthwiseConv2dNativeBackpropFilter: 1,
  DepthwiseConv2dNativeBackpropInput: 0,
};

/**
 * Returns an operation's outputs with the first one empty, or undefined for one that has to be run.
 *
 * @param known what is known of the operation's inputs
 */
export function standInsFor(
  binding: Binding,
  operation: Operation,
  known: KnownTensor[],
): TensorInformation[] | undefined {
  const { op, attributes } = operation;
  // The result of a reshape is the same memory.
  if (op === 'Reshape' && known[0].empty) return execute(binding, operation);
  if (!givesFloats(attributes)) return undefined;
  if (Object.hasOwn(onImages, op)) return askWithOneImage(binding, operation, known);
  const shape = shapeOfResult(op, known);
  return shape && [allocate(binding, shape, { zeros: false })];
}

/** Runs an operation, with zeros in place of what is empty. */
export function runWithZeros(
  binding: Binding,
  operation: Operation,
  known: KnownTensor[],
): TensorInformation[] {
  const made: number[] = [];
  const inputs = operation.inputs.map((id, index) => {
    const { empty, shape } = known[index];
    if (!empty) return id;
    made.push(allocate(binding, shape, { zeros: true }).id);
    return made[made.length - 1];
  });
  try {
    return execute(binding, { ...operation, inputs });
  } finally {
    for (const id of made) binding.deleteTensor(id);
  }
}

function execute(
  binding: Binding,
  { op, attributes, inputs, outputCount }: Operation,
): TensorInformation[] {
  return binding.executeOp(op, attributes, inputs, outputCount);
}

function givesFloats(attributes: BindingAttribute[]): boolean {
  const type = attributes.find(({ name }) => name === 'DstT' || name === 'T');
  return type?.value === dataTypeNumber.float32;
}

function shapeOfResult(op: string, known: KnownTensor[]): number[] | undefined {
  if (elementWise.includes(op)) {
    const shape = known
      .map((tensor) => tensor.shape)
      .reduce(tf.broadcast_util.assertAndGetBroadcastShape);
    return sizeOfShape(shape) < LARGE ? undefined : shape;
  }
  const { values } = known[shapeAmongInputs[op]] ?? {};
  return values && Array.from(values);
}

/** Asks TensorFlow itself what becomes of a single image. */
function askWithOneImage(
  binding: Binding,
  operation: Operation,
  known: KnownTensor[],
): TensorInformation[] {
  const { op } = operation;
  const [count] = known[0].shape;
  const single = known.map((tensor, index) =>
    onImages[op].includes(index) ? { empty: true, shape: [1, ...tensor.shape.slice(1)] } : tensor,
  );
  const [{ id, shape }, ...others] = runWithZeros(binding, operation, single);
  binding.deleteTensor(id);
  return [allocate(binding, [count, ...shape.slice(1)], { zeros: false }), ...others];
}

function allocate(
  binding: Binding,
  shape: number[],
  { zeros }: { zeros: boolean },
): TensorInformation {
  const size = binding.createTensor([shape.length], dataTypeNumber.int32, Int32Array.from(shape));
  const attributes = [attribute.type('dtype', 'float32'), attribute.boolean('init', zeros)];
  const [made] = binding.executeOp('Empty', attributes.map(bindingAttribute), [size], 1);
  binding.deleteTensor(size);
  return made;
}
