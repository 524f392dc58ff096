/** Finds `for await` outside of functions, which tslab takes for a mistake instead of making the cell asynchronous. */
const { createRequire } = require('node:module');

const requireAsTslab = createRequire(require.resolve('tslab/package.json'));
/** @type {any} a fork with functions of its own, which its types do not tell */
const typescript = requireAsTslab('@tslab/typescript-for-tslab');

/**
 * Whether a cell has a `for await` that no function of its own encloses.
 * @param {string} source
 */
function loopsOverAwaited(source) {
  const file = typescript.createSourceFile('cell.ts', source, typescript.ScriptTarget.Latest, true);
  const visit = (/** @type {any} */ node) => {
    if (typescript.isFunctionLike(node)) return false;
    if (typescript.isForOfStatement(node) && node.awaitModifier) return true;
    return typescript.forEachChild(node, visit) ?? false;
  };
  return visit(file);
}

module.exports = { loopsOverAwaited };
