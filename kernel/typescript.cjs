/** The TypeScript compiler of tslab: a fork, which tslab's own packages alone find. */
const { createRequire } = require('node:module');

const requireAsTslab = createRequire(require.resolve('tslab/package.json'));
const compilerPath = requireAsTslab.resolve('@tslab/typescript-for-tslab');
/** @type {any} it has functions of its own, which its types do not tell */
const typescript = require(compilerPath);

/** Returns the tree of a cell's source. @param {string} source */
function parseCell(source) {
  return typescript.createSourceFile('cell.ts', source, typescript.ScriptTarget.Latest, true);
}

module.exports = { compilerPath, parseCell, typescript };
