/** Saved models: a folder in `models/` each, that stock TensorFlow.js opens and that is checked when read. */
import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import type { tf } from './backend';
import {
  makeFolder,
  reasonOf,
  renameAndFlush,
  sha256,
  temporaryPath,
  writeFileAtomically,
} from './integrity';
import { decodeModel, encodeModel, type ModelBytes } from './model-format';
import {
  type ModelFile,
  type ModelRecord,
  modelFiles,
  modelShape,
  type WeightType,
} from './model-record';
import { paths } from './paths';
import { readRecord, writeRecord } from './record';
import type { RunRecord } from './run-record';
import { demandFolder } from './stored-folder';

export type { ModelRecord };

export interface SaveOptions {
  /** The training that made it. */
  run?: RunRecord | null;
  /** `float16` halves the file; see on validation that it costs no accuracy. */
  weights?: WeightType;
  /** How images are to be shown to it, as chosen on validation. */
  views?: string;
}

/**
 * Saves a model with its record; one that was in the folder is replaced. The files appear all at once.
 *
 * @param place a name below `models/` such as `best` or `runs/first`, or a folder that begins with `/` or `.`
 * @throws if the model has classes that stock TensorFlow.js does not know, weights that are not finite, or is
 *   not from [null, 28, 28, 1] to [null, 10]
 */
export async function saveModel(
  model: tf.LayersModel,
  place: string,
  { run = null, weights = 'float32', views }: SaveOptions = {},
): Promise<ModelRecord> {
  const folder = modelFolder(place);
  const bytes = await encodeModel(model, weights);
  const record: ModelRecord = {
    version: 2,
    name: basename(folder),
    saved: new Date().toISOString(),
    weights,
    parameters: model.countParams(),
    views,
    run,
    files: { 'model.json': seal(bytes, 'model.json'), 'weights.bin': seal(bytes, 'weights.bin') },
  };
  const temporary = temporaryPath(folder);
  try {
    await makeFolder(temporary);
    for (const file of modelFiles) await writeFileAtomically(join(temporary, file), bytes[file]);
    await writeRecord(join(temporary, 'record.json'), record);
    await replaceFolder(temporary, folder);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
    await putBack(folder).catch(() => undefined);
    throw new Error(`The model ${folder} could not be saved: ${reasonOf(error)}`, { cause: error });
  }
  return record;
}

/**
 * Loads a model and its record; the caller disposes the model.
 *
 * @param place as for {@link saveModel}
 * @throws if there is no such model, with those that there are; if a file is missing or is not what the record says,
 *   with the file's name, before TensorFlow sees it
 */
export async function loadModel(
  place: string,
): Promise<{ model: tf.LayersModel; record: ModelRecord }> {
  const folder = modelFolder(place);
  const record = await readModelRecord(folder);
  const contents = await Promise.all(modelFiles.map((file) => readSealed(folder, file, record)));
  const bytes = Object.fromEntries(modelFiles.map((file, index) => [file, contents[index]]));
  try {
    return { model: await decodeModel(bytes as ModelBytes), record };
  } catch (error) {
    throw new Error(`The model ${folder} cannot be used: ${reasonOf(error)}`, { cause: error });
  }
}

export interface StoredModel {
  /** What {@link loadModel} finds it by. */
  place: string;
  record: ModelRecord;
}

/** Folders in `models/` that are no models but hold some. */
const groups = ['ensemble', 'mixed', 'runs'];

/** Returns the models in `models/` and in its groups, by name; their weights are not looked at. */
export async function listModels({
  models = paths.models,
  onProblem = console.warn,
}: {
  models?: string;
  onProblem?: (problem: string) => void;
} = {}): Promise<StoredModel[]> {
  const found: StoredModel[] = [];
  for (const prefix of ['', ...groups.map((group) => `${group}/`)]) {
    const entries = await readdir(join(models, prefix), { withFileTypes: true }).catch(() => []);
    const folders = entries.filter((entry) => entry.isDirectory());
    const names = new Set(folders.map(({ name }) => prefix + name.replace(FORMER, '')));
    const places = [...names].filter((name) => !groups.includes(name) && isPlace(name));
    for (const place of places.sort()) {
      try {
        found.push({ place, record: await readModelRecord(join(models, place)) });
      } catch (error) {
        onProblem(reasonOf(error));
      }
    }
  }
  return found;
}

async function readModelRecord(folder: string): Promise<ModelRecord> {
  await putBack(folder);
  await demandFolder(folder, { kind: 'model', file: 'record.json' });
  return await readRecord<ModelRecord>(join(folder, 'record.json'), modelShape);
}

function seal(bytes: ModelBytes, file: ModelFile): { bytes: number; sha256: string } {
  return { bytes: bytes[file].length, sha256: sha256(bytes[file]) };
}

async function readSealed(
  folder: string,
  file: ModelFile,
  { files }: ModelRecord,
): Promise<Uint8Array> {
  const path = join(folder, file);
  const content = await readFile(path);
  const { bytes, sha256: expected } = files[file];
  const found = sha256(content);
  if (content.length === bytes && found === expected) return content;
  throw new Error(
    `${path} is not the file that record.json was written with: ${content.length} bytes, ` +
      `SHA-256 ${found}, expected ${bytes} bytes, ${expected}. Put the original back, or train anew.`,
  );
}

/** Added to the name of a model while another one takes its place. */
const FORMER = '.former.tmp';

/** No reader is so often between the two renames of {@link replaceFolder}. */
const ATTEMPTS = 100;

/**
 * Between the two renames nothing has the name: {@link putBack} mends that if the process is killed there. A reader
 * that looks just then does so too, and the former model is set aside again.
 */
async function replaceFolder(temporary: string, folder: string): Promise<void> {
  await putBack(folder);
  await rm(folder + FORMER, { recursive: true, force: true });
  for (let attempt = 1; ; attempt++) {
    if (existsSync(folder)) await rename(folder, folder + FORMER);
    try {
      await renameAndFlush(temporary, folder);
      break;
    } catch (error) {
      if (!isTaken(error) || attempt === ATTEMPTS) throw error;
    }
  }
  await rm(folder + FORMER, { recursive: true, force: true });
}

/** Whether a rename was refused because there is a folder of that name. */
function isTaken(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOTEMPTY' || code === 'EEXIST';
}

/** Gives a model its name back that was set aside for one that did not come. */
async function putBack(folder: string): Promise<void> {
  if (existsSync(folder) || !existsSync(folder + FORMER)) return;
  await rename(folder + FORMER, folder).catch((error: unknown) => {
    // Another process was faster, or the new model came after all.
    if (!existsSync(folder)) throw error;
  });
}

function modelFolder(place: string): string {
  if (isAbsolute(place) || place.startsWith('.')) return join(place);
  if (isPlace(place)) return join(paths.models, place);
  throw new Error(
    `A model cannot be named ${JSON.stringify(place)}: expected parts of letters, digits, ".", ` +
      '"_" and "-" with "/" between them.',
  );
}

function isPlace(place: string): boolean {
  return place
    .split('/')
    .every((part) => /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(part) && !part.endsWith('.tmp'));
}
