/**
 * Notes the TensorFlow operations that a function runs, as nodes of a graph. While it runs, the
 * backend's binding is replaced by one that also writes down each operation with its attributes,
 * inputs and outputs. What a graph could not repeat is an error. Most is not computed (`stand-in.ts`).
 */
import type { tf } from '../backend';
import { dataTypeName, type Graph, outputName } from './graph';
import { type Binding, nativeBackend } from './native';
import { type KnownTensor, runWithZeros, standInsFor } from './stand-in';

/** Functions of TensorFlow.js that draw random numbers on the host; it names them with a final `_`. */
const hostRandomness = /^(random\w*|truncatedNormal|multinomial|dropout)_$/;

/** How many callers of an operation are looked at, to tell which function asked for it. */
const STACK_DEPTH = 60;

/** The parts of the backend that make and read tensors. */
interface HostBackend {
  binding: Binding;
  tensorMap: { get(dataId: object): { id: number; values: unknown } };
  write(values: unknown, shape: number[], dtype: string): object;
  getInputTensorIds(tensors: tf.Tensor[]): number[];
}

/**
 * Runs `body` once and adds the operations it ran to `graph`.
 *
 * @param inputs tensors that stand for outputs of the graph: what is fed, and the variables' values
 * @param body runs tensor operations and returns the tensors wanted from the graph
 * @returns the names of the outputs that make the tensors returned by `body`
 * @throws if `body` draws random numbers on the host, reads a tensor's value, or uses a tensor made
 *   before and not among `inputs`: a graph would for ever repeat what they were in this one run
 */
export function record(
  graph: Graph,
  inputs: Map<tf.Tensor, string>,
  body: () => tf.Tensor[],
): string[] {
  const backend = nativeBackend() as unknown as HostBackend;
  const recorder = createRecorder(graph, backend);
  for (const [tensor, name] of inputs) recorder.know(tensor, name);
  const original = { ...backend };
  Object.assign(backend, recorder.replacements);
  const { random } = Math;
  Math.random = () => {
    throw hostRandomnessError(drawingFunction() ?? 'Math.random');
  };
  try {
    return body().map((tensor) => recorder.nameOf(tensor));
  } finally {
    Math.random = random;
    for (const name of Object.keys(recorder.replacements))
      delete backend[name as keyof HostBackend];
    Object.assign(backend, original);
  }
}

function createRecorder(graph: Graph, backend: HostBackend) {
  const { binding } = backend;
  const ids = backend.getInputTensorIds.bind(backend);
  const write = backend.write.bind(backend);
  const tensors: Tensors = new Map();
  const madeHere = new WeakSet<object>();

  const checkedIds = (used: tf.Tensor[]) => {
    for (const tensor of used) {
      // Int64 numbers, made by some kernels for their own use, are no tensors and have no data.
      if (tensor.dataId === undefined || madeHere.has(tensor.dataId)) continue;
      if (!tensors.has(backend.tensorMap.get(tensor.dataId).id)) throw foreignTensor(tensor);
    }
    return ids(used);
  };
  return {
    know: (tensor: tf.Tensor, name: string) =>
      tensors.set(ids([tensor])[0], { name, shape: tensor.shape }),
    nameOf: (tensor: tf.Tensor) => known(tensors, checkedIds([tensor])[0]).name,
    replacements: {
      binding: recordingBinding(graph, binding, tensors),
      getInputTensorIds: checkedIds,
      write: (values: unknown, shape: number[], dtype: string) => {
        refuseRandomness();
        const dataId = write(values, shape, dtype);
        madeHere.add(dataId);
        return dataId;
      },
    },
  };
}

/** By the binding's number of the tensor: also the name of the graph's output that makes it. */
type Tensors = Map<number, RecordedTensor>;

type RecordedTensor = KnownTensor & { name: string };

function known(tensors: Tensors, id: number): RecordedTensor {
  return tensors.get(id) as RecordedTensor;
}

/** The binding's own properties are read-only, so the recorder is a copy of it. */
function recordingBinding(graph: Graph, binding: Binding, tensors: Tensors): Binding {
  const recording: Record<string, unknown> = {};
  for (const name of Object.getOwnPropertyNames(binding)) {
    const value = binding[name as keyof Binding] as unknown;
    recording[name] = typeof value === 'function' ? value.bind(binding) : value;
  }
  return Object.assign(recording as unknown as Binding, {
    createTensor: (shape: number[], dtype: number, values: ArrayBufferView) => {
      const id = binding.createTensor(shape, dtype, values);
      const name = graph.constant(shape, dataTypeName(dtype), values);
      tensors.set(id, { name, shape, values: values as unknown as ArrayLike<number> });
      return id;
    },
    executeOp: (...[op, attributes, inputs, outputCount]: Parameters<Binding['executeOp']>) => {
      const used = inputs.map((id) => known(tensors, id));
      const operation = { op, attributes, inputs, outputCount };
      const standIns = standInsFor(binding, operation, used);
      const outputs = standIns ?? runWithZeros(binding, operation, used);
      const name = graph.uniqueName(op);
      graph.nodes.push({
        name,
        op,
        attributes,
        inputs: used.map((tensor) => tensor.name),
        shape: outputs[0]?.shape,
      });
      for (const [index, { id, shape }] of outputs.entries()) {
        const empty = index === 0 && standIns !== undefined;
        tensors.set(id, { name: outputName(name, index), shape, empty });
      }
      return outputs;
    },
    tensorDataSync: () => {
      throw new Error(
        `${callerOfTensorFlow()} read a tensor's value while a step was recorded. A compiled step runs ` +
          'without JavaScript: use tensor operations only, and feed what the host decides.',
      );
    },
  });
}

function refuseRandomness(): void {
  const drawer = drawingFunction();
  if (drawer !== undefined) throw hostRandomnessError(drawer);
}

/** The function of TensorFlow.js that is drawing random numbers on the host, if one is. */
function drawingFunction(): string | undefined {
  const found = callers().find((name) => hostRandomness.test(name));
  return found === undefined ? undefined : `tf.${found.slice(0, -1)}`;
}

function hostRandomnessError(drawer: string): Error {
  return new Error(
    `${drawer} drew random numbers on the host while a step was recorded: every later step would ` +
      'repeat them. Draw from the random stream that the step is given (lib/graph/random.ts).',
  );
}

function foreignTensor(tensor: tf.Tensor): Error {
  return new Error(
    `${callerOfTensorFlow()} used a ${tensor.dtype} tensor of shape [${tensor.shape}] made before the step ` +
      'was recorded: it would be frozen at its present value. Pass it as an input of the step, or make it ' +
      'inside the step.',
  );
}

/** The operation of TensorFlow.js that is running: its functions are named `add_`, `gather_`, … */
function callerOfTensorFlow(): string {
  const found = callers().find((name) => /^\w+_$/.test(name));
  return found === undefined ? 'The step' : `tf.${found.slice(0, -1)}`;
}

/** The names of the functions that are running, the innermost first; without their places, which take long to find. */
function callers(): string[] {
  const { stackTraceLimit, prepareStackTrace } = Error;
  Error.stackTraceLimit = STACK_DEPTH;
  Error.prepareStackTrace = (_, sites) => sites.map((site) => site.getFunctionName() ?? '');
  try {
    return new Error().stack as unknown as string[];
  } finally {
    Object.assign(Error, { stackTraceLimit, prepareStackTrace });
  }
}
