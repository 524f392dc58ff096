/** The compiled prediction: images in, class probabilities out, averaged over views of each image. */
import { setImmediate } from 'node:timers/promises';
import { tf } from '../backend';
import { fuseElementWise } from './fusion';
import { Graph } from './graph';
import {
  type LayerWeight,
  separateWeights,
  stateWeights,
  trainableWeights,
  weightValues,
  withoutSoftmax,
} from './layer-weights';
import { demandShape } from './model-shape';
import { useNativeGradients } from './native-gradients';
import { type Precision, useLowPrecision } from './precision';
import { record } from './recorder';
import { disposingOnFailure, openSession, type Session } from './session';
import { addVariable, type GraphVariable } from './variable';

/** A way of looking at images, such as mirrored: images to images of the same shape. */
export type View = (images: tf.Tensor4D) => tf.Tensor4D;

export interface PredictionOptions {
  /** [height, width, channels] */
  shape: [number, number, number];
  /** Images per run; a last, smaller batch is filled up. 250 if left out, or `most` where that is fewer. */
  batchSize?: number;
  /** How many images will be asked about at a time, at most. */
  most?: number;
  /** Views whose logits are averaged; one of them is usually the image as it is. */
  views?: View[];
  /** Answers to each view by itself instead of the average. */
  apart?: boolean;
  precision?: Precision;
}

export interface PredictionGraph {
  /**
   * The probabilities of each class: [count × classes], one image after the other; with `apart`
   * [count × views × classes]. Gives way to the event loop between batches.
   *
   * @param images count × height × width × channels; bytes from 0 to 255 or numbers from 0 to 1
   * @param onBatch called after each batch with the images done so far
   */
  predict(
    images: Uint8Array | Float32Array,
    onBatch?: (done: number) => void,
  ): Promise<Float32Array>;
  /** Takes over the present weights of the model that was compiled. */
  update(): void;
  dispose(): void;
}

/** Compiles the prediction of `model`, with its present weights. */
export function compilePrediction(
  model: tf.LayersModel,
  {
    shape,
    most = Number.POSITIVE_INFINITY,
    batchSize = Math.max(1, Math.min(250, Math.ceil(most))),
    views = [(images) => images],
    apart = false,
    precision = 'float32',
  }: PredictionOptions,
): PredictionGraph {
  demandShape(model, { shape });
  useNativeGradients();
  const graph = new Graph();
  const weights = [...trainableWeights(model), ...stateWeights(model)];
  separateWeights(weights);
  const variables = new Map(
    weights.map((weight, index) => [
      weight,
      addVariable(graph, `weight${index}`, { shape: weight.shape }),
    ]),
  );
  graph.placeholder('images', 'float32', [batchSize, ...shape]);
  const batch: BatchShape = [batchSize, ...shape];
  const output = recordPrediction(graph, model, { variables, shape: batch, views, apart });
  useLowPrecision(graph, precision);
  fuseElementWise(graph);
  const session = openSession(graph);
  const update = () => copyWeights(session, variables);
  disposingOnFailure(session, update);
  return {
    predict: (images, onBatch) => predict(session, images, { output, shape: batch, onBatch }),
    update,
    dispose: () => session.dispose(),
  };
}

type BatchShape = [batchSize: number, height: number, width: number, channels: number];

interface PredictionRecording {
  variables: Map<LayerWeight, GraphVariable>;
  shape: BatchShape;
  views: View[];
  apart: boolean;
}

/** Adds the prediction of one batch; returns the output with its probabilities. */
function recordPrediction(
  graph: Graph,
  model: tf.LayersModel,
  { variables, shape, views, apart }: PredictionRecording,
): string {
  let output!: string;
  tf.tidy(() => {
    const images = tf.zeros<tf.Rank.R4>(shape);
    const inputs = new Map<tf.Tensor, string>([[images, 'images']]);
    for (const [weight, variable] of variables) inputs.set(weight.read(), variable.value);
    [output] = record(graph, inputs, () => {
      const logits = logitsOfViews(model, images, views);
      return [
        apart
          ? tf.softmax(tf.stack(logits, 1))
          : tf.softmax(tf.div(tf.addN(logits), logits.length)),
      ];
    });
  });
  return graph.after(output, []);
}

function logitsOfViews(model: tf.LayersModel, images: tf.Tensor4D, views: View[]): tf.Tensor[] {
  return withoutSoftmax(model, () =>
    views.map((view) => model.apply(view(images), { training: false }) as tf.Tensor),
  );
}

function copyWeights(session: Session, variables: Map<LayerWeight, GraphVariable>): void {
  const pairs = [...variables].map(
    ([weight, variable]) => [variable, weightValues(weight)] as const,
  );
  session.write(new Map(pairs));
}

interface PredictionRun {
  output: string;
  shape: BatchShape;
  onBatch?: (done: number) => void;
}

async function predict(
  session: Session,
  images: Uint8Array | Float32Array,
  run: PredictionRun,
): Promise<Float32Array> {
  const [batchSize, ...image] = run.shape;
  const size = image[0] * image[1] * image[2];
  if (images.length % size !== 0) {
    throw new RangeError(`${images.length} pixels are not whole images of ${image.join(' × ')}.`);
  }
  const parts: Float32Array[] = [];
  for (let start = 0; start < images.length; start += batchSize * size) {
    const batch = images.subarray(start, start + batchSize * size);
    const probabilities = runBatch(session, batch, run);
    const numbers = probabilities.length / batchSize;
    parts.push(probabilities.subarray(0, (batch.length / size) * numbers));
    run.onBatch?.((start + batch.length) / size);
    await setImmediate();
  }
  return joined(parts);
}

function runBatch(
  session: Session,
  pixels: Uint8Array | Float32Array,
  { output, shape }: PredictionRun,
): Float32Array {
  const batch = new Float32Array(shape.reduce((product, length) => product * length, 1));
  const scale = pixels instanceof Uint8Array ? 1 / 255 : 1;
  for (let index = 0; index < pixels.length; index++) batch[index] = pixels[index] * scale;
  let values!: Float32Array;
  tf.tidy(() => {
    const feeds = { images: tf.tensor4d(batch, shape) };
    values = session.run(feeds, [output])[0].dataSync() as Float32Array;
  });
  return values;
}

function joined(parts: Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}
