/** Stack traces in terms of what one has written: cells and files of the project. */
const { relative, sep } = require('node:path');
const { fileURLToPath } = require('node:url');

/** What runs the cells: of no interest to who wrote them. */
const machinery = /^kernel\/|(^|\/)node_modules\/tslab\/|^node:/;

/** @typedef {typeof import('./compiler.cjs').locate} Locate */

/**
 * Makes every error's stack name sources, relative to the root, and leave out the kernel's own part.
 * @param {string} root
 * @param {Locate} locate from a position in compiled code to one in its source
 */
function showPositionsIn(root, locate) {
  /** @param {string} file */
  const shorten = (file) => {
    const path = file.startsWith('file:') ? fileURLToPath(file) : file;
    return path.startsWith(root + sep) ? relative(root, path) : path;
  };

  /** @param {NodeJS.CallSite} frame */
  const show = (frame) => {
    const file = shorten(frame.getFileName() ?? '');
    if (file === '' || machinery.test(file)) return [];
    const { line, column } = {
      line: frame.getLineNumber() ?? 0,
      column: frame.getColumnNumber() ?? 0,
    };
    const found = locate(file, line, column) ?? { file, line, column };
    if (found === 'none') return [];
    const place = `${found.file}:${found.line}:${found.column}`;
    const name = nameOf(frame);
    return [`    at ${name === '' ? place : `${name} (${place})`}`];
  };

  // Libraries go deep: the default of 10 would leave out the line of the cell.
  Error.stackTraceLimit = 40;
  Error.prepareStackTrace = (error, frames) => [headOf(error), ...frames.flatMap(show)].join('\n');
}

/** @param {Error} error */
function headOf(error) {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return 'Error';
  }
}

/** @param {NodeJS.CallSite} frame */
function nameOf(frame) {
  const method = frame.getFunctionName() ?? '';
  const type = frame.isToplevel() ? '' : (frame.getTypeName() ?? '');
  const isPlain = ['', 'Object', 'Proxy'].includes(type) || /^$|\./.test(method);
  const name = isPlain ? method : `${type}.${method}`;
  return `${frame.isAsync() ? 'async ' : ''}${frame.isConstructor() ? 'new ' : ''}${name}`.trim();
}

module.exports = { showPositionsIn };
