/** Models as bytes in TensorFlow.js's own layers format, and back. */
import { tf } from './backend';
import { toHalf } from './half';
import { classCount, imageShape } from './idx';
import type { ModelFile, WeightType } from './model-record';
import { foreignClasses } from './stock-classes';

// tfjs-node-gpu gives `tf.io` as a value without its types.
type Artifacts = Parameters<Parameters<typeof tf.io.withSaveHandler>[0]>[0];
type Specification = NonNullable<Artifacts['weightSpecs']>[number];

/** The content of the files that a model consists of. */
export type ModelBytes = Record<ModelFile, Uint8Array>;

const inputShape = [null, ...imageShape];
const outputShape = [null, classCount];

/**
 * Returns the files of a model. With 16 bits only matrices and filters are shortened: the numbers for whole
 * channels, such as batch norm's variances, are few and stay as they are.
 *
 * @throws if the model is not one that stock TensorFlow.js opens, or not for these images and classes
 */
export async function encodeModel(model: tf.LayersModel, weights: WeightType): Promise<ModelBytes> {
  demandShapes(model);
  const artifacts = await artifactsOf(model);
  demandStockClasses(artifacts.modelTopology);
  const specifications = artifacts.weightSpecs ?? [];
  const data = tf.io.CompositeArrayBuffer.join(artifacts.weightData);
  const encoded = encodeWeights(specifications, data, weights);
  const json = {
    format: 'layers-model',
    generatedBy: artifacts.generatedBy,
    convertedBy: null,
    modelTopology: artifacts.modelTopology,
    weightsManifest: [{ paths: ['weights.bin'], weights: encoded.map(({ entry }) => entry) }],
  };
  const parts = encoded.map(({ numbers }) => {
    return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  });
  return {
    'model.json': Buffer.from(JSON.stringify(json)),
    'weights.bin': Buffer.concat(parts),
  };
}

/**
 * Returns the model in files; the caller disposes it.
 *
 * @throws if the files do not belong together, or the model is not for these images and classes
 */
export async function decodeModel(bytes: ModelBytes): Promise<tf.LayersModel> {
  const { modelTopology, weightsManifest } = parseModel(bytes['model.json']);
  demandStockClasses(modelTopology);
  const weightSpecs = weightsManifest.flatMap(({ weights }) => weights);
  const data = bytes['weights.bin'];
  const expected = weightSpecs.reduce((sum, entry) => sum + byteLength(entry), 0);
  if (data.length !== expected) {
    throw new Error(`weights.bin has ${data.length} bytes, model.json describes ${expected}.`);
  }
  const weightData = new Uint8Array(data).buffer;
  const handler = tf.io.fromMemory({ modelTopology, weightSpecs, weightData });
  const model = await tf.loadLayersModel(handler);
  try {
    demandShapes(model);
  } catch (error) {
    model.dispose();
    throw error;
  }
  return model;
}

async function artifactsOf(model: tf.LayersModel): Promise<Artifacts> {
  return await new Promise((resolve, reject) => {
    const handler = tf.io.withSaveHandler(async (artifacts) => {
      resolve(artifacts);
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
    });
    model.save(handler).catch(reject);
  });
}

interface EncodedWeight {
  entry: Specification;
  numbers: Float32Array | Uint16Array;
}

function encodeWeights(
  specifications: readonly Specification[],
  data: ArrayBuffer,
  type: WeightType,
): EncodedWeight[] {
  let offset = 0;
  return specifications.map((entry) => {
    const length = count(entry);
    const numbers = new Float32Array(data, offset, length);
    offset += numbers.byteLength;
    if (entry.dtype !== 'float32' || !numbers.every(Number.isFinite)) {
      throw new Error(`The weight ${entry.name} is not all finite float32: train the model anew.`);
    }
    if (type === 'float32' || entry.shape.length < 2) return { entry, numbers };
    return { entry: { ...entry, quantization: { dtype: 'float16' } }, numbers: toHalf(numbers) };
  });
}

function parseModel(bytes: Uint8Array): {
  modelTopology: object;
  weightsManifest: { weights: Specification[] }[];
} {
  const json = JSON.parse(Buffer.from(bytes).toString());
  if (typeof json?.modelTopology !== 'object' || !Array.isArray(json.weightsManifest)) {
    throw new Error('model.json lacks modelTopology or weightsManifest: it is no layers model.');
  }
  return json;
}

function count({ shape }: Specification): number {
  return shape.reduce((product, size) => product * size, 1);
}

function byteLength(entry: Specification): number {
  return count(entry) * (entry.quantization?.dtype === 'float16' ? 2 : 4);
}

/** @throws if a model is not from images of 28 × 28 pixels to ten classes */
export function demandShapes({ inputs, outputs }: tf.LayersModel): void {
  const found = [inputs, outputs].map((tensors) => tensors.map(({ shape }) => shape));
  if (JSON.stringify(found) === JSON.stringify([[inputShape], [outputShape]])) return;
  throw new Error(
    `Expected a model from ${JSON.stringify(inputShape)} to ${JSON.stringify(outputShape)}, ` +
      `got one from ${JSON.stringify(found[0])} to ${JSON.stringify(found[1])}.`,
  );
}

function demandStockClasses(topology: unknown): void {
  const foreign = foreignClasses(topology);
  if (foreign.length === 0) return;
  throw new Error(
    `The model contains ${foreign.join(', ')}, which stock TensorFlow.js does not know: ` +
      'build it from tf.layers alone.',
  );
}
