/**
 * The interrupt button. The work of a cell asks `lib/interrupt.ts`, which shares this state, whether to
 * stop; a cell that has asked gets the time to end by itself, any other is given up at once.
 */
const { setTimeout: sleep } = require('node:timers/promises');

/** How long a cell may take to end by itself: a step of a slow training, and its clearing up. */
const patience = 10_000;

/** An end to a cell that its author asked for, not an error. */
class Interrupted extends Error {
  /** @override */
  name = 'Interrupted';
}

function createInterruption() {
  const state = {
    requested: false,
    /** Whether the running cell has asked for `requested`. */
    asked: false,
    /** @type {Set<() => void>} */
    listeners: new Set(),
  };
  Object.assign(globalThis, { [Symbol.for('notebook.interruption')]: state });
  /** @type {(reason: Interrupted) => void} */
  let giveUp = () => {};
  /** @type {Promise<unknown>} */
  let abandoned = Promise.resolve();

  return {
    /** Whether the interrupt button was pressed while the running cell ran. */
    isRequested: () => state.requested,

    /** Begins a cell, once the work of one that was given up had its chance to notice. */
    async begin() {
      if (state.requested) await Promise.race([abandoned, sleep(2000)]);
      state.requested = false;
      state.asked = false;
    },

    /**
     * Awaits the work of a cell, or throws Interrupted if it does not end soon after the button.
     * @param {Promise<unknown>} work
     */
    async run(work) {
      abandoned = work.catch(() => {});
      /** @type {Promise<never>} */
      const end = new Promise((_, reject) => {
        giveUp = reject;
      });
      await Promise.race([work, end]);
    },

    /** The button: asks the running work to stop. A second time: gives it up. */
    request() {
      const isSecond = state.requested;
      const isPolite = state.asked || state.listeners.size > 0;
      if (!isPolite) abandoned = Promise.resolve();
      state.requested = true;
      for (const listener of [...state.listeners]) listener();
      const end = giveUp;
      const give = () =>
        end(new Interrupted('The cell was stopped; what it awaits may go on in the background.'));
      if (isSecond || !isPolite) give();
      else setTimeout(give, patience).unref();
    },
  };
}

/** @typedef {ReturnType<typeof createInterruption>} Interruption */

module.exports = { createInterruption, Interrupted };
