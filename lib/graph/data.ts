/** Training data that lives in the session: a step gathers its batch from there by index. */
import type { Graph } from './graph';
import { attribute } from './native';
import type { Session, Values } from './session';
import { addVariable, cast, type GraphVariable } from './variable';

/** Images and their classes, as they lie in memory. */
export interface ResidentData {
  /** count × height × width × channels, 0 to 255. */
  images: Uint8Array;
  /** count, each below `classes`. */
  labels: Uint8Array;
  /** count × classes, distributions to train towards instead of the labels: answers of a teacher. */
  targets?: Float32Array;
  /** [height, width, channels] */
  shape: [number, number, number];
  classes: number;
}

export interface DataVariables {
  images: GraphVariable;
  /** int32 [count], or float32 [count, classes] where there are targets. */
  labels: GraphVariable;
}

/** Adds the variables that hold the data: a byte a pixel. */
export function addData(graph: Graph, data: ResidentData): DataVariables {
  const { images, labels, targets, shape, classes } = data;
  const size = shape[0] * shape[1] * shape[2];
  if (images.length !== labels.length * size) {
    throw new RangeError(
      `${images.length} pixels are not ${labels.length} images of ${shape.join(' × ')}: ` +
        `expected ${labels.length * size}.`,
    );
  }
  const wrong = labels.find((label) => label >= classes);
  if (wrong !== undefined) throw new RangeError(`Label ${wrong} is not below ${classes} classes.`);
  const count = labels.length;
  if (targets !== undefined) demandDistributions(targets, { count, classes });
  return {
    images: addVariable(graph, 'images', { shape: [count, ...shape], dtype: 'uint8' }),
    labels:
      targets === undefined
        ? addVariable(graph, 'labels', { shape: [count], dtype: 'int32' })
        : addVariable(graph, 'labels', { shape: [count, classes] }),
  };
}

function demandDistributions(
  targets: Float32Array,
  { count, classes }: { count: number; classes: number },
): void {
  if (targets.length !== count * classes) {
    throw new RangeError(
      `${targets.length} targets are not ${count} rows of ${classes} classes: ` +
        `expected ${count * classes}.`,
    );
  }
  for (let row = 0; row < count; row++) {
    const values = targets.subarray(row * classes, (row + 1) * classes);
    const sum = values.reduce((total, value) => total + value, 0);
    if (Math.abs(sum - 1) < 1e-3 && values.every((value) => value >= 0)) continue;
    throw new RangeError(
      `Row ${row} of the targets, [${values.join(', ')}], is no distribution: ` +
        'expected numbers from 0 on whose sum is 1.',
    );
  }
}

/** Copies the data into the session. */
export function writeData(session: Session, variables: DataVariables, data: ResidentData): void {
  const labels = data.targets ?? Int32Array.from(data.labels);
  session.write(
    new Map<GraphVariable, Values>([
      [variables.images, data.images],
      [variables.labels, labels],
    ]),
  );
}

/**
 * Adds the gathering of a batch.
 *
 * @param indices an output, int32 [n]
 * @returns outputs: images float32 [n, height, width, channels] from 0 to 1, labels float32 [n, classes]
 */
export function addBatch(
  graph: Graph,
  { images, labels }: DataVariables,
  { indices, classes }: { indices: string; classes: number },
): { images: string; labels: string } {
  const pixels = cast(graph, gather(graph, images, indices, 'uint8'), 'uint8', 'float32');
  return {
    images: graph.float('Mul', pixels, graph.scalar(1 / 255)),
    labels:
      labels.dtype === 'float32'
        ? gather(graph, labels, indices, 'float32')
        : oneHot(graph, gather(graph, labels, indices, 'int32'), classes),
  };
}

function oneHot(graph: Graph, labels: string, classes: number): string {
  return graph.add('OneHot', {
    inputs: [
      labels,
      graph.constant([], 'int32', Int32Array.of(classes)),
      graph.scalar(1),
      graph.scalar(0),
    ],
    attributes: [attribute.type('T', 'float32'), attribute.type('TI', 'int32')],
  });
}

/** Reads only the rows wanted, without a copy of the whole variable. */
function gather(
  graph: Graph,
  variable: GraphVariable,
  indices: string,
  dtype: 'uint8' | 'int32' | 'float32',
): string {
  return graph.add('ResourceGather', {
    inputs: [variable.handle, indices],
    attributes: [attribute.type('dtype', dtype), attribute.type('Tindices', 'int32')],
  });
}
