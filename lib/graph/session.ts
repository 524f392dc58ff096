/** A graph loaded into TensorFlow: fed with numbers, run, read, and disposed. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tf } from '../backend';
import type { Graph } from './graph';
import { nativeBackend } from './native';
import { savedModelBytes } from './saved-model';
import { type GraphVariable, sizeOfShape } from './variable';

/** What is fed to placeholders in one run: their names and values. */
export type Feeds = Record<string, tf.Tensor>;

export type Values = Float32Array | Int32Array | Uint8Array;

export interface Session {
  /** Runs what the outputs need and returns their tensors, which the caller disposes. */
  run(feeds: Feeds, outputs: string[]): tf.Tensor[];
  /** The variables' values, copied to the host. All in one run, as the first of a kind takes long. */
  read(variables: GraphVariable[]): Values[];
  /** Gives variables new values, in one run. */
  write(values: ReadonlyMap<GraphVariable, Values>): void;
  /** Frees the session and all that lives in it. Later calls throw. */
  dispose(): void;
}

/** Loads a graph into TensorFlow. The file it is handed over in is gone when this returns. */
export function openSession(graph: Graph): Session {
  const { binding } = nativeBackend();
  const identifier = loadThroughFile(graph);
  let open = true;

  const run = (feeds: Feeds, outputs: string[]) => {
    if (!open) throw new Error('This compiled graph was disposed: compile it again.');
    const backend = nativeBackend();
    const ids = backend.getInputTensorIds(Object.values(feeds));
    const names = (list: string[]) => list.map((name) => withIndex(name)).join(',');
    return binding
      .runSavedModel(identifier, ids, names(Object.keys(feeds)), names(outputs))
      .map((information) => backend.createOutputTensor(information));
  };
  return {
    run,
    read: (variables) => {
      const tensors = run(
        {},
        variables.map(({ value }) => value),
      );
      const values = tensors.map((tensor) => tensor.dataSync() as Values);
      tf.dispose(tensors);
      return values;
    },
    write: (values) => writeVariables(run, [...values]),
    dispose: () => {
      if (open) binding.deleteSavedModel(identifier);
      open = false;
    },
  };
}

/** Returns what `body` makes; should that fail, `made` is freed: a session, or what stands on one. */
export function disposingOnFailure<T>(made: Pick<Session, 'dispose'>, body: () => T): T {
  try {
    return body();
  } catch (error) {
    made.dispose();
    throw error;
  }
}

function loadThroughFile(graph: Graph): number {
  const folder = mkdtempSync(join(tmpdir(), 'compiled-graph-'));
  try {
    writeFileSync(join(folder, 'saved_model.pb'), savedModelBytes(graph));
    return nativeBackend().binding.loadSavedModel(folder, 'serve');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The binding wants every name with the number of the output. */
function withIndex(name: string): string {
  return name.includes(':') ? name : `${name}:0`;
}

function writeVariables(run: Session['run'], values: [GraphVariable, Values][]): void {
  for (const [variable, { length }] of values) demandSize(variable, length);
  tf.tidy(() => {
    const feeds = values.map(([variable, numbers]) => [
      `${variable.name}/input`,
      toFeed(variable, numbers),
    ]);
    const written = values.map(([{ name }]) => `${name}/written`);
    run(Object.fromEntries(feeds), written);
  });
}

function demandSize({ name, shape }: GraphVariable, length: number): void {
  const expected = sizeOfShape(shape);
  if (length === expected) return;
  throw new RangeError(
    `Variable ${name} holds ${expected} numbers (shape [${shape}]), got ${length}.`,
  );
}

function toFeed({ dtype, shape }: GraphVariable, values: Values): tf.Tensor {
  return dtype === 'uint8'
    ? tf.tensor1d(inFours(values as Uint8Array), 'int32')
    : tf.tensor(values, shape, dtype as tf.DataType);
}

/** Returns bytes as whole numbers of four each, the last one filled up: a view where they lie so, else a copy. */
function inFours(bytes: Uint8Array): Int32Array {
  const count = Math.ceil(bytes.length / 4);
  if (bytes.length % 4 === 0 && bytes.byteOffset % 4 === 0) {
    return new Int32Array(bytes.buffer, bytes.byteOffset, count);
  }
  const filled = new Uint8Array(4 * count);
  filled.set(bytes);
  return new Int32Array(filled.buffer);
}
