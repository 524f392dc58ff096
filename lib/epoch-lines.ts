/** What a training says to a program that started it: a line of JSON an epoch, and one at the end. */
import type { Epoch } from './training';

/** One line. */
export type TrainingLine =
  | { event: 'epoch'; epoch: Epoch }
  | { event: 'end'; state: string; history: readonly Epoch[] }
  | { event: 'failed'; reason: string };

/** Writes a line. */
export function writeLine(line: TrainingLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Returns a function that takes all epochs so far and writes those that it was not given before. */
export function epochLines(
  write: (line: TrainingLine) => void = writeLine,
): (history: readonly Epoch[]) => void {
  let written = 0;
  return (history) => {
    for (const epoch of history.slice(written)) write({ event: 'epoch', epoch });
    written = Math.max(written, history.length);
  };
}

/** Ends this process when the one that started it is gone: its end of the standard input is closed then. */
export function endWithParent(): void {
  process.stdin.on('close', () => process.exit(1));
  process.stdin.resume();
  // A training that has come to its end need not wait for anybody.
  (process.stdin as unknown as { unref?: () => void }).unref?.();
}
