/** Finds `for await` outside of functions, which tslab takes for a mistake instead of making the cell asynchronous. */
const { parseCell, typescript } = require('./typescript.cjs');

/**
 * Whether a cell has a `for await` that no function of its own encloses.
 * @param {string} source
 */
function loopsOverAwaited(source) {
  const visit = (/** @type {any} */ node) => {
    if (typescript.isFunctionLike(node)) return false;
    if (typescript.isForOfStatement(node) && node.awaitModifier) return true;
    return typescript.forEachChild(node, visit) ?? false;
  };
  return visit(parseCell(source));
}

module.exports = { loopsOverAwaited };
