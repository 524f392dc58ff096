/** TensorBoard's event files: the curves of a run for `npm run tensorboard`, while it trains and afterwards. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { tf } from './backend';
import type { Epoch } from './training';
import { trainingPoints } from './training-points';
import type { TrainingProgress } from './training-progress';

/** How often the training's curves get a point within an epoch. */
const pointsAnEpoch = 50;

/** The part of TensorFlow.js's backend that writes event files. */
interface SummaryBackend {
  summaryWriter(folder: string): tf.Tensor;
  createSummaryFileWriter(writer: tf.Tensor, folder: string): void;
  writeScalarSummary(writer: tf.Tensor, step: number, name: string, value: number): void;
  flushSummaryWriter(writer: tf.Tensor): void;
  executeMultipleOutputs(
    operation: string,
    attributes: object[],
    inputs: tf.Tensor[],
    outputs: number,
  ): tf.Tensor[];
}

/** An event file that is written. */
export interface EventFile {
  /** Writes numbers by their names, as they were after so many steps. */
  write(step: number, values: Record<string, number>): void;
  /** Puts what was written so far onto the disk. */
  flush(): void;
  close(): void;
}

/**
 * Begins an event file in `folder`, which is made if it is not there; another one may lie in it already.
 *
 * Not by `tf.node.summaryFileWriter`: that keeps each file open for as long as the process lives, and gives a
 * run that is taken up again the writer of its first part.
 */
export function openEventFile(folder: string): EventFile {
  const backend = tf.backend() as unknown as SummaryBackend;
  const writer = tf.tidy(() => {
    const made = backend.summaryWriter(folder);
    backend.createSummaryFileWriter(made, folder);
    return tf.keep(made);
  });
  return {
    write(step, values) {
      for (const [name, value] of Object.entries(values)) {
        backend.writeScalarSummary(writer, step, name, value);
      }
    },
    flush: () => backend.flushSummaryWriter(writer),
    close() {
      backend.executeMultipleOutputs('CloseSummaryWriter', [], [writer], 0);
      writer.dispose();
    },
  };
}

/** The events of one training. */
export interface TrainingEvents {
  /** To be called after each step. */
  progress(progress: TrainingProgress): void;
  /** To be called after each epoch. */
  epoch(epoch: Epoch): void;
  close(): void;
}

/**
 * Begins the event files of a training: below `folder` one in `training/` and one in `validation/`, which
 * TensorBoard draws as two lines of the same charts. Steps are the training's, accuracies shares.
 */
export function openTrainingEvents(folder: string): TrainingEvents {
  const training = openEventFile(join(folder, 'training'));
  const validation = openEventFile(join(folder, 'validation'));
  const next = trainingPoints(pointsAnEpoch);
  return {
    progress(progress) {
      const point = next(progress);
      if (point === undefined) return;
      const { loss, accuracy } = point;
      training.write(progress.step, { loss, accuracy, 'learning rate': progress.rate });
    },
    epoch(epoch) {
      writeEpoch({ training, validation }, epoch);
      training.flush();
      validation.flush();
    },
    close() {
      training.close();
      validation.close();
    },
  };
}

/**
 * Writes the event files of a training of which only the history is there: a published one, or one that was
 * copied. A point an epoch. A folder that has event files is left as it is.
 */
export function writeHistoryEvents(folder: string, history: readonly Epoch[]): void {
  if (existsSync(join(folder, 'training'))) return;
  const training = openEventFile(join(folder, 'training'));
  const validation = openEventFile(join(folder, 'validation'));
  for (const epoch of history) {
    const { step, loss, accuracy, rate } = epoch;
    training.write(step, { loss, accuracy, 'learning rate': rate });
    writeEpoch({ training, validation }, epoch);
  }
  training.close();
  validation.close();
}

/** Writes what is known at the end of an epoch only. */
function writeEpoch(
  { training, validation }: Record<'training' | 'validation', EventFile>,
  { step, imagesPerSecond, validationLoss, validationAccuracy }: Epoch,
): void {
  training.write(step, { 'images a second': imagesPerSecond });
  if (validationLoss === undefined || validationAccuracy === undefined) return;
  validation.write(step, { loss: validationLoss, accuracy: validationAccuracy });
}
