/** Compiles and runs cells, as tslab's own executor does, but for errors, edits and interrupts. */
const { setImmediate: turn } = require('node:timers/promises');
const vm = require('node:vm');
const { loopsOverAwaited } = require('./awaiting.cjs');
const { nameCell, noticeChanges } = require('./compiler.cjs');
const { Interrupted } = require('./interruption.cjs');
const { createModules } = require('./modules.cjs');
const { writeOutShorthands } = require('./shorthand.cjs');

/** The message of a cell, or of a file it imports, that does not compile. */
class CompileError extends Error {
  /** @override */
  name = 'CompileError';
}

/** @param {import('tslab/dist/converter').ConvertResult['diagnostics']} diagnostics */
function describe(diagnostics) {
  const lines = diagnostics.map(({ fileName = 'this cell', start, messageText }) => {
    return `${fileName}:${start.line + 1}:${start.character + 1} - ${messageText}`;
  });
  return new CompileError(lines.join('\n'));
}

/** Names imported by a cell become variables of all cells, so they are copied, not bound. */
function createVariables() {
  /** @type {Record<string | symbol, any>} */
  const variables = {};
  return new Proxy(variables, {
    defineProperty(target, name, { get, value }) {
      if (name !== '__esModule') target[name] = get ? get() : value;
      return true;
    },
  });
}

/** @param {unknown} error what Node throws when SIGINT ends a script */
function isStop(error) {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED';
}

/** Ends the scopes of tensors that TensorFlow.js was in when a script was stopped, which no `finally` has done. */
function endScopes() {
  const engine = /** @type {any} */ (globalThis)._tfengine;
  while (engine?.state.activeScope) engine.endScope();
  if (engine) Object.assign(engine.state, { activeTape: null, gradientDepth: 0, kernelDepth: 0 });
}

/**
 * @param {{
 *   root: string,
 *   converter: import('tslab/dist/converter').Converter,
 *   interruption: import('./interruption.cjs').Interruption,
 * }} parts
 */
function createExecutor({ root, converter, interruption }) {
  const variables = createVariables();
  const modules = createModules(root);
  Object.assign(globalThis, { __tslab__: { exports: variables, require: modules.require } });
  let declarations = '';

  /**
   * @param {string} code compiled
   * @param {{ isAsync: boolean, name: string }} how
   */
  function evaluate(code, { isAsync, name }) {
    const head = `(${isAsync ? 'async ' : ''}function (exports, require) { `;
    const call = `${head}${code}\n})(__tslab__.exports, __tslab__.require)`;
    try {
      return vm.runInThisContext(call, {
        filename: name,
        breakOnSigint: true,
        displayErrors: false,
      });
    } catch (error) {
      if (!isStop(error)) throw error;
      modules.forgetUnfinished();
      endScopes();
      throw new Interrupted('The cell was stopped.');
    }
  }

  return {
    /**
     * Runs a cell to its end; throws what it throws, CompileError or Interrupted.
     * @param {string} source
     * @param {number} count the cell's number
     */
    async run(source, count) {
      await interruption.begin();
      noticeChanges();
      const written = writeOutShorthands(source, declarations);
      const converted = converter.convert(declarations, written);
      modules.update(converted.sideOutputs ?? []);
      if (converted.diagnostics.length > 0) throw describe(converted.diagnostics);
      const name = `cell [${count}]`;
      nameCell(name);
      const isAsync = (converted.hasToplevelAwait ?? false) || loopsOverAwaited(source);
      // A signal that came while the compiler worked is heard now: Node drops it as the script starts.
      await turn();
      if (interruption.isRequested())
        throw new Interrupted('The cell was stopped before it began.');
      if (converted.output) {
        const result = evaluate(converted.output, { isAsync, name });
        if (isAsync) await interruption.run(result);
      }
      declarations = converted.declOutput ?? '';
      showLast(variables, converted.lastExpressionVar);
    },

    /** @param {string} source @param {number} position */
    inspect(source, position) {
      noticeChanges();
      return converter.inspect(declarations, source, position);
    },

    /** @param {string} source @param {number} position */
    complete(source, position) {
      noticeChanges();
      return converter.complete(declarations, source, position);
    },

    close: () => converter.close(),
  };
}

/**
 * Prints the value of the cell's last line, if it is an expression that has one.
 * @param {Record<string, any>} variables
 * @param {string | undefined} name
 */
function showLast(variables, name) {
  if (!name || variables[name] == null) return;
  const value = variables[name];
  delete variables[name];
  console.log(value);
}

/** @typedef {ReturnType<typeof createExecutor>} Executor */

module.exports = { createExecutor, CompileError };
