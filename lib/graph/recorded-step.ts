/** Records what a model does in one step: augmentation, network, loss and gradients. */
import type { Batch, StepContext, Transform } from '../augmentation';
import { tf } from '../backend';
import { withDropoutFrom } from './dropout';
import type { Graph } from './graph';
import { type LayerWeight, withoutSoftmax } from './layer-weights';
import { softmaxCrossEntropy } from './native-gradients';
import { randomStream } from './random';
import { record } from './recorder';

/** Where the recorded step finds its inputs: names of outputs of the graph. */
export interface StepInputs {
  /** int32 [3]: seed, step, epoch */
  clock: string;
  indices: string;
  /** float32 [n, height, width, channels], 0 to 1 */
  images: string;
  /** float32 [n, classes] */
  labels: string;
  weights: Map<LayerWeight, string>;
  state: Map<LayerWeight, string>;
}

export interface StepShapes {
  batch: [count: number, height: number, width: number, channels: number];
  classes: number;
}

export interface RecordedStep {
  /** float32 [2]: loss, penalties included, and accuracy of the batch */
  report: string;
  gradients: Map<LayerWeight, string>;
  /** The layers' own weights after the step; those the model leaves alone keep their input's name. */
  state: Map<LayerWeight, string>;
}

export interface StepOptions {
  transform?: Transform;
  labelSmoothing: number;
}

interface StepRecording {
  inputs: StepInputs;
  shapes: StepShapes;
  options: StepOptions;
}

/** Adds one step of `model` to `graph`. The model's weights are the same afterwards. */
export function recordStep(
  graph: Graph,
  model: tf.LayersModel,
  recording: StepRecording,
): RecordedStep {
  let recorded!: RecordedStep;
  tf.tidy(() => {
    recorded = recordWithStandIns(graph, model, recording);
  });
  return recorded;
}

function recordWithStandIns(
  graph: Graph,
  model: tf.LayersModel,
  { inputs, shapes, options }: StepRecording,
): RecordedStep {
  const weights = [...inputs.weights.keys()];
  const state = [...inputs.state.keys()];
  const { clock, batch } = standIns(shapes);
  const known = new Map<tf.Tensor, string>([
    [clock, inputs.clock],
    [batch.indices, inputs.indices],
    [batch.images, inputs.images],
    [batch.labels, inputs.labels],
  ]);
  for (const [weight, name] of [...inputs.weights, ...inputs.state]) known.set(weight.read(), name);
  const [report, ...names] = record(graph, known, () =>
    restoring(state, () => {
      const step = runStep(model, weights, { clock, batch, options });
      return [step.report, ...step.gradients, ...state.map((weight) => weight.read().clone())];
    }),
  );
  return {
    report,
    gradients: new Map(weights.map((weight, index) => [weight, names[index]])),
    state: new Map(state.map((weight, index) => [weight, names[weights.length + index]])),
  };
}

/** Tensors of the right shape to record with; their values do not matter. */
function standIns({ batch: [count, ...image], classes }: StepShapes): {
  clock: tf.Tensor1D;
  batch: Batch;
} {
  return {
    clock: tf.zeros([3], 'int32'),
    batch: {
      indices: tf.zeros([count], 'int32'),
      images: tf.zeros([count, ...image]),
      labels: tf.fill([count, classes], 1 / classes),
    },
  };
}

interface RunOptions {
  clock: tf.Tensor1D;
  batch: Batch;
  options: StepOptions;
}

function runStep(
  model: tf.LayersModel,
  weights: LayerWeight[],
  { clock, batch, options: { transform, labelSmoothing } }: RunOptions,
): { report: tf.Tensor; gradients: tf.Tensor[] } {
  const context = stepContext(clock);
  const { images, labels } = transform === undefined ? batch : transform(batch, context);
  // The logits: kept, since the gradient's own scope would dispose them and the accuracy needs them.
  const kept: tf.Tensor[] = [];
  const loss = () => {
    const logits = withDropoutFrom(context.random, () =>
      withoutSoftmax(model, () => model.apply(images, { training: true }) as tf.Tensor),
    );
    kept.push(tf.keep(logits));
    const misfit = softmaxCrossEntropy(logits, smooth(labels, labelSmoothing));
    return tf.addN([misfit, ...penalties(model)]) as tf.Scalar;
  };
  const variables = weights.map((weight) => weight.read());
  try {
    const { value, grads } = freeingTape(() => tf.variableGrads(loss, variables));
    const report = tf.stack([value, accuracy(kept[0], labels)]);
    return { report, gradients: variables.map((variable) => gradientOf(variable, grads)) };
  } finally {
    tf.dispose(kept);
  }
}

/** Takes gradients; should that fail, frees what TensorFlow.js has kept for the way back. */
function freeingTape<T>(body: () => T): T {
  try {
    return body();
  } catch (error) {
    const { state } = tf.engine();
    for (const { saved } of state.activeTape ?? []) tf.dispose(saved ?? []);
    state.activeTape = null as unknown as typeof state.activeTape;
    throw error;
  }
}

function gradientOf({ name }: tf.Variable, gradients: tf.NamedTensorMap): tf.Tensor {
  const gradient = gradients[name] as tf.Tensor | null | undefined;
  if (gradient !== null && gradient !== undefined) return gradient;
  throw new Error(`The loss does not depend on the trainable weight ${name}: freeze it.`);
}

function stepContext(clock: tf.Tensor1D): StepContext {
  return {
    random: randomStream(tf.slice(clock, [0], [2])),
    epoch: tf.reshape(tf.slice(clock, [2], [1]), []),
  };
}

/** What the layers' regularizers add to the loss, as in `model.fit`. */
function penalties(model: tf.LayersModel): tf.Tensor[] {
  return (model as unknown as { calculateLosses(): tf.Tensor[] }).calculateLosses();
}

/** Spreads a share of each label evenly over all classes (Szegedy et al., 2016). */
function smooth(labels: tf.Tensor2D, share: number): tf.Tensor2D {
  return share === 0 ? labels : tf.add(tf.mul(labels, 1 - share), share / labels.shape[1]);
}

function accuracy(logits: tf.Tensor, labels: tf.Tensor): tf.Tensor {
  const correct = tf.equal(tf.argMax(logits, 1), tf.argMax(labels, 1));
  return tf.mean(tf.cast(correct, 'float32'));
}

/** Runs `body` and gives the weights that it wrote to their values back. */
function restoring<T>(weights: LayerWeight[], body: () => T): T {
  const kept = weights.map((weight) => weight.read().clone());
  try {
    return body();
  } finally {
    weights.forEach((weight, index) => {
      weight.read().assign(kept[index]);
    });
  }
}
