/**
 * Distillation: a network trained towards the answers of others instead of the labels (Hinton, Vinyals & Dean,
 * "Distilling the knowledge in a neural network", 2015). The answers are computed once, on the training images as
 * they are; whatever the augmentation makes of an image, its answer stays. Unlike there, the temperature softens the
 * teachers alone: the student is trained at temperature 1, so that its own answers need no change afterwards.
 */
import { applyTemperature } from './calibration';
import type { Dataset } from './dataset';
import { averageProbabilities } from './ensemble';
import { classCount } from './idx';
import { sawValidation } from './members';
import { loadModel } from './model-store';
import { predictProbabilities } from './prediction';
import { checkNumber } from './ranges';
import { temperatures } from './recipe-check';
import type { ViewSet } from './views';

/** A model that is asked, and the weights it had. */
export interface Teacher {
  /** A folder in `models/`. */
  model: string;
  /** Of its `weights.bin`. */
  sha256: string;
}

/** Plain data, so that it fits into a recipe and its record. */
export interface Distillation {
  /** Their probabilities are averaged. */
  teachers: Teacher[];
  /** How the training images are shown to the teachers. */
  views: ViewSet;
  temperature: number;
  /** Share of the teachers' answer in what is trained towards; the rest is the label. */
  share: number;
}

export type DistillationOptions = Partial<Omit<Distillation, 'teachers'>>;

/**
 * Returns the distillation of models as they are now.
 *
 * @param models folders in `models/`
 * @throws if there is none, or one is not a whole model; RangeError if an option is out of range
 */
export async function distillation(
  models: readonly string[],
  { views = 'mirrored-and-shifted', temperature = 1, share = 1 }: DistillationOptions = {},
): Promise<Distillation> {
  if (models.length === 0) throw new Error('Distillation needs at least one teacher: name models.');
  checkNumber('distillation', { temperature }, temperatures);
  checkNumber('distillation', { share }, { low: 0, high: 1 });
  const teachers: Teacher[] = [];
  for (const name of models) {
    const { model, record } = await loadModel(name);
    model.dispose();
    teachers.push({ model: name, sha256: record.files['weights.bin'].sha256 });
  }
  return { teachers, views, temperature, share };
}

/**
 * Asks the teachers about the training images.
 *
 * @param onProgress called now and then with how many images were answered, of how many by all teachers
 * @returns a distribution for each image: count × 10
 * @throws if a teacher is no longer the one that the distillation names, or has been trained, as far as its record
 *   tells, on images that the student is to be validated on
 */
export async function softLabels(
  data: Dataset,
  { teachers, views, ...mixture }: Distillation,
  onProgress?: (done: number, total: number) => void,
): Promise<Float32Array> {
  await demandTeachers(data, { teachers });
  const { images, labels, count } = data.train;
  const answers: Float32Array[] = [];
  for (const [index, teacher] of teachers.entries()) {
    const { model } = await loadModel(teacher.model);
    const tell = (done: number) => onProgress?.(index * count + done, teachers.length * count);
    try {
      answers.push(await predictProbabilities(model, images, { views, onProgress: tell }));
    } finally {
      model.dispose();
    }
  }
  return mixTargets(averageProbabilities(answers), labels, mixture);
}

/** Throws where `softLabels` would refuse a teacher, which takes no time. */
export async function demandTeachers(
  data: Dataset,
  { teachers }: Pick<Distillation, 'teachers'>,
): Promise<void> {
  for (const teacher of teachers) {
    const { model, record } = await loadModel(teacher.model);
    model.dispose();
    demandSame(teacher, record.files['weights.bin'].sha256);
    if (sawValidation(record, data)) throw knowsValidation(teacher);
  }
}

/**
 * Returns what is trained towards: `share` of the answers at a temperature, and the rest of the labels.
 *
 * @param answers probabilities, [n, 10]
 * @returns distributions, [n, 10]
 */
export function mixTargets(
  answers: Float32Array,
  labels: Uint8Array,
  { temperature, share }: Pick<Distillation, 'temperature' | 'share'>,
): Float32Array {
  const targets = applyTemperature(answers, temperature).map((value) => share * value);
  labels.forEach((label, image) => {
    targets[image * classCount + label] += 1 - share;
  });
  return targets;
}

function demandSame({ model, sha256 }: Teacher, found: string): void {
  if (found === sha256) return;
  throw new Error(
    `The teacher ${model} has weights with SHA-256 ${found}, but the recipe was made with ${sha256}: ` +
      'put the former model back, or distil anew.',
  );
}

function knowsValidation({ model }: Teacher): Error {
  return new Error(
    `The teacher ${model} was trained on the validation images too, so the student's accuracy on them would say ` +
      'nothing: take a teacher that was not, or distil on all images with --all.',
  );
}
