/** Jupyter's messages: tslab's server, with the parts of the protocol that it leaves out. */
const { setImmediate: nextTurn, setTimeout: sleep } = require('node:timers/promises');
const { inspect } = require('node:util');
const jupyter = require('tslab/dist/jupyter');
const { CompileError } = require('./executor.cjs');
const { Interrupted } = require('./interruption.cjs');
const { captureStreams } = require('./streams.cjs');

/** Answers about the kernel and the code; running cells is the server's part. */
class Handler extends jupyter.JupyterHandlerImpl {
  /** @param {import('./executor.cjs').Executor} executor */
  constructor(executor) {
    super(/** @type {any} */ (executor), false);
  }

  /** @override */
  handleKernel() {
    const reply = super.handleKernel();
    reply.language_info.version = require('tslab').versions.typescript;
    return reply;
  }
}

/** Whether the place where it was thrown says nothing. @param {Error} error */
const isOfKernel = (error) => error instanceof CompileError || error instanceof Interrupted;

/** What Jupyter is told of a thrown value. @param {unknown} thrown */
function describe(thrown) {
  if (!(thrown instanceof Error)) {
    // Not every value becomes a text by itself.
    const evalue = typeof thrown === 'string' ? thrown : inspect(thrown);
    return { ename: 'Error', evalue, traceback: [`Thrown: ${inspect(thrown)}`] };
  }
  const { name, message } = thrown;
  const text = isOfKernel(thrown) ? `${name}: ${message}` : inspect(thrown);
  return { ename: name, evalue: message, traceback: text.split('\n') };
}

// The methods are private in tslab's types, but made to be called on the instance.
const Base = /** @type {any} */ (jupyter.ZmqServer);

class Server extends Base {
  /** The cell asked for last ends. */
  #last = Promise.resolve();
  /** Cells asked for before this count are not run: one before them failed. */
  #firstToRun = 0;
  #received = 0;
  #count = 0;
  /** The request of the cell that runs. @type {any} */
  #running;

  /**
   * @param {Handler} handler
   * @param {string} connectionFile
   * @param {{ executor: import('./executor.cjs').Executor, interruption: import('./interruption.cjs').Interruption }} parts
   */
  constructor(handler, connectionFile, { executor, interruption }) {
    super(handler, connectionFile);
    this.executor = executor;
    this.interruption = interruption;
  }

  /** tslab makes the socket for outputs in `init`: by then it must be one that loses nothing. */
  set iopub(/** @type {import('zeromq').Publisher} */ socket) {
    // With these two zeromq takes every message at once, instead of refusing some in a flood.
    socket.sendTimeout = 0;
    socket.sendHighWaterMark = 0;
    this.outputs = socket;
  }

  get iopub() {
    return /** @type {import('zeromq').Publisher} */ (this.outputs);
  }

  /**
   * Tells that a request is being worked at, or done. Jupyter shows the last that was told: a cell is worked at when
   * its turn comes, not when it is asked for, and a question in between does not end it.
   * @param {'busy' | 'idle'} status
   * @param {any} message
   */
  publishStatus(status, message) {
    const isCell = message.header.msg_type === 'execute_request';
    if (!isCell || status === 'idle') super.publishStatus(status, message);
    if (!isCell && status === 'idle' && this.#running) super.publishStatus('busy', this.#running);
  }

  /**
   * Answers a request to run a cell, once those before it are done.
   * @param {unknown} socket
   * @param {any} message
   */
  async handleExecute(socket, message) {
    const place = this.#received++;
    const turn = this.#last.then(async () => {
      // That the cell before is done is told first.
      await nextTurn();
      super.publishStatus('busy', message);
      if (place < this.#firstToRun) return { status: 'aborted' };
      this.#running = message;
      return this.#runCell(message).finally(() => {
        this.#running = undefined;
      });
    });
    this.#last = turn.then(
      () => {},
      () => {},
    );
    const reply = message.createReply();
    reply.header.msg_type = 'execute_reply';
    reply.content = await turn;
    reply.signAndSend(this.connInfo.key, socket);
  }

  /** @param {any} message */
  async #runCell(message) {
    const { code, silent = false, store_history: isNumbered = true } = message.content;
    if (!silent && isNumbered) this.#count++;
    const count = this.#count;
    if (!silent) this.#publish(message, 'execute_input', { code, execution_count: count });
    const streams = this.#connect(message);
    const failure = await this.executor.run(code, count).then(() => undefined, describe);
    streams.flush();
    if (failure) this.#publish(message, 'error', failure);
    if (failure || this.interruption.isRequested()) await this.#dropWaiting(message);
    return failure
      ? { status: 'error', execution_count: count, ...failure }
      : { status: 'ok', execution_count: count, payload: [], user_expressions: {} };
  }

  /** Sends what is printed and displayed from now on to the cell. @param {any} message */
  #connect(message) {
    const streams = captureStreams((name, text) =>
      this.#publish(message, 'stream', { name, text }),
    );
    Object.assign(jupyter, {
      lastWriteDisplayData: (/** @type {object} */ content, /** @type {boolean} */ isUpdate) => {
        streams.flush();
        this.#publish(message, isUpdate ? 'update_display_data' : 'display_data', content);
      },
    });
    return streams;
  }

  /** After a failure or an interrupt the cells that already wait do not run. @param {any} message */
  async #dropWaiting(message) {
    if (message.content.stop_on_error === false) return;
    // Time for those to arrive that were sent while the cell kept the process busy.
    await sleep(100);
    this.#firstToRun = this.#received;
  }

  /**
   * @param {any} message that this answers
   * @param {string} type
   * @param {object} content
   */
  #publish(message, type, content) {
    const output = message.createReply();
    output.header.msg_type = type;
    output.content = content;
    output.signAndSend(this.connInfo.key, this.iopub);
  }

  /** tslab answers with the wrong type. @param {unknown} socket @param {any} message */
  handleCommInfoRequest(socket, message) {
    const reply = message.createReply();
    reply.header.msg_type = 'comm_info_reply';
    reply.content = { status: 'ok', comms: {} };
    reply.signAndSend(this.connInfo.key, socket);
  }

  /** TensorFlow's threads would keep the process. */
  close() {
    super.close();
    setTimeout(() => process.exit(0), 200);
  }
}

module.exports = { Handler, Server };
