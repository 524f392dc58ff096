/** Printed lines on their way to the notebook: joined, since Jupyter drops floods of messages. */

/** At most so often, in milliseconds; seen as at once, and far below what Jupyter's server lets through. */
const interval = 50;

/**
 * Takes over the standard streams of the process for a cell.
 * @param {(name: 'stdout' | 'stderr', text: string) => void} send
 * @returns {{ flush: () => void }}
 */
function captureStreams(send) {
  let held = '';
  /** @type {'stdout' | 'stderr'} */
  let from = 'stdout';
  let sent = 0;
  /** @type {NodeJS.Timeout | undefined} */
  let timer;

  function flush() {
    clearTimeout(timer);
    timer = undefined;
    if (held !== '') send(from, held);
    held = '';
    sent = performance.now();
  }

  for (const name of /** @type {const} */ (['stdout', 'stderr'])) {
    const decoder = new TextDecoder();
    process[name].write = (
      /** @type {string | Uint8Array} */ chunk,
      /** @type {unknown[]} an encoding, a callback, both or none */ ...others
    ) => {
      if (name !== from) flush();
      from = name;
      // A letter may be cut in two.
      held += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
      // Code that does not let timers run is shown as it goes, too.
      if (performance.now() - sent >= interval) flush();
      else timer ??= setTimeout(flush, interval);
      const done = others.find((other) => typeof other === 'function');
      if (done) process.nextTick(/** @type {() => void} */ (done));
      return true;
    };
  }
  return { flush };
}

module.exports = { captureStreams };
