/**
 * Asks long work to stop: the interrupt button in a notebook; Ctrl-C, SIGTERM or the end of the terminal
 * (SIGHUP) in a script.
 * In a notebook the state is made by the kernel, which knows when a cell begins and ends.
 */
import { constants } from 'node:os';

interface Interruption {
  requested: boolean;
  /** What a shell expects of a program that the signal has stopped: 128 and its number. */
  exitCode?: number;
  /** Whether anybody has asked: who never does cannot stop by itself. */
  asked: boolean;
  listeners: Set<() => void>;
}

const key = Symbol.for('notebook.interruption');
const shared = globalThis as unknown as { [key]?: Interruption };

/** Ctrl-C may arrive twice, from the terminal and passed on by npm: that is one wish. */
const oneWish = 500;

/** In a script the first signal asks politely, the next one ends the process. */
function listenToSignals(): Interruption {
  const state: Interruption = { requested: false, asked: false, listeners: new Set() };
  // A closed terminal takes its streams along; writing to them must not end the work before it is kept.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  let first = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const exitCode = 128 + constants.signals[signal];
    process.on(signal, () => {
      if (state.requested && performance.now() - first < oneWish) return;
      if (state.requested || !(state.asked || state.listeners.size > 0)) process.exit(exitCode);
      first = performance.now();
      state.requested = true;
      state.exitCode = exitCode;
      console.error('\nStopping after this step. Once more to stop at once.');
      for (const listener of [...state.listeners]) listener();
    });
  }
  return state;
}

function interruption(): Interruption {
  shared[key] ??= listenToSignals();
  return shared[key];
}

/**
 * Whether the user has asked to stop. Ask between the steps of long work, and let the event loop turn
 * (any `await` of a timer or of `tf.nextFrame()`), or the wish cannot arrive.
 */
export function interruptRequested(): boolean {
  const state = interruption();
  state.asked = true;
  return state.requested;
}

/** Thrown in the middle of work that cannot be gone on with, when the user has asked to stop. */
export class StoppedError extends Error {
  override name = 'StoppedError';
}

/** @throws StoppedError if the user has asked to stop */
export function endIfRequested(): void {
  if (interruptRequested()) throw new StoppedError('Stopped as you asked.');
}

/** The exit code of a script that was asked to stop by a signal; `undefined` if it was not. */
export function interruptExitCode(): number | undefined {
  return interruption().exitCode;
}

/**
 * Calls back once, when the user asks to stop.
 * Returns the function that ends the listening: call it when the work is over, or the process would
 * wait for work that is done already.
 */
export function onInterrupt(callback: () => void): () => void {
  const { listeners } = interruption();
  const listener = () => {
    listeners.delete(listener);
    callback();
  };
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}
