/** The record of a saved model: what it is, how it was made, and its files' checksums. */
import { date, number, oneOf, optional, orNull, type Shape, text } from './record';
import { type RunRecord, runShape } from './run-record';

export type WeightType = 'float32' | 'float16';

/** The files beside `record.json`. */
export const modelFiles = ['model.json', 'weights.bin'] as const;
export type ModelFile = (typeof modelFiles)[number];

/** `models/<name>/record.json`. */
export interface ModelRecord {
  version: 2;
  /** The last part of its folder's name. */
  name: string;
  /** ISO 8601, in UTC. */
  saved: string;
  /** What the weights are stored in; in use they are always float32. */
  weights: WeightType;
  parameters: number;
  /** How images are shown to it where nothing else is said, as chosen on validation. */
  views?: string;
  /** The training that made it, or null. */
  run: RunRecord | null;
  files: Record<ModelFile, { bytes: number; sha256: string }>;
}

const fileShape: Shape = { bytes: number({ least: 0, whole: true }), sha256: text };

/** The fields of a model's `record.json`. */
export const modelShape: Shape = {
  version: oneOf(2),
  name: text,
  saved: date,
  weights: oneOf('float32', 'float16'),
  parameters: number({ least: 0, whole: true }),
  views: optional(text),
  run: orNull(runShape),
  files: { 'model.json': fileShape, 'weights.bin': fileShape },
};
