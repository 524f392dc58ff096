/** The project's modules as cells import them: compiled by tslab, evaluated here, and anew after an edit. */
const Module = require('node:module');
const { dirname, join } = require('node:path');

/**
 * @param {string} root
 */
function createModules(root) {
  /** @type {Map<string, string>} compiled code by path */
  const outputs = new Map();
  /** @type {Map<string, any>} evaluated modules by path */
  const modules = new Map();
  /** @type {Map<string, Set<string>>} who imported a path */
  const importers = new Map();
  /** @type {Set<string>} paths that are being evaluated */
  const unfinished = new Set();

  /** Forgets a module and all that were made with it. @param {string} path */
  function forget(path) {
    if (!modules.delete(path)) return;
    for (const importer of importers.get(path) ?? []) forget(importer);
    importers.delete(path);
  }

  /** @param {string} path */
  function evaluate(path) {
    const found = modules.get(path);
    if (found) return found.exports;
    /** @type {any} */
    const made = new Module(path, /** @type {any} */ (module));
    made.filename = path;
    made.paths = /** @type {any} */ (Module)._nodeModulePaths(dirname(path));
    made.require = createRequire(dirname(path), made.require.bind(made), path);
    // Before it is evaluated, as in Node, so that modules may import each other.
    modules.set(path, made);
    unfinished.add(path);
    try {
      made._compile(outputs.get(path), path);
    } catch (error) {
      modules.delete(path);
      throw error;
    } finally {
      unfinished.delete(path);
    }
    return made.exports;
  }

  /**
   * @param {string} folder that relative names start from
   * @param {(name: string) => unknown} original
   * @param {string} [importer]
   */
  function createRequire(folder, original, importer) {
    return Object.assign((/** @type {string} */ name) => {
      // The kernel's own tslab, whose displays are connected to the notebook.
      if (name === 'tslab') return require('tslab');
      const path = join(folder, /\.js$/.test(name) ? name : `${name}.js`);
      if (!outputs.has(path)) return original(name);
      if (importer) importers.set(path, (importers.get(path) ?? new Set()).add(importer));
      return evaluate(path);
    }, original);
  }

  return {
    /** What cells get as `require`. */
    require: createRequire(root, Module.createRequire(join(root, 'cell.js'))),

    /** Forgets what the interrupt button has left half evaluated: it ends a script without any `catch` or `finally`. */
    forgetUnfinished() {
      for (const path of unfinished) forget(path);
      unfinished.clear();
      for (const [path, made] of Object.entries(require.cache)) {
        if (made?.loaded === false) delete require.cache[path];
      }
    },

    /**
     * Takes newly compiled code; whatever depends on changed code is evaluated anew when imported next.
     * @param {{ path: string, data: string }[]} compiled
     */
    update(compiled) {
      for (const { path, data } of compiled) {
        if (outputs.get(path) === data) continue;
        outputs.set(path, data);
        forget(path);
      }
    },
  };
}

module.exports = { createModules };
