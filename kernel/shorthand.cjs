/**
 * Writes out the short form of properties, `{ images }` as `{ images: images }`: tslab does not see that
 * such a name may be a variable of an earlier cell, and its code would then not find it.
 */
const { parseCell, typescript } = require('./typescript.cjs');

/**
 * Returns a cell's source with those short forms written out that name something declared before.
 * @param {string} source
 * @param {string} declarations of the cells before
 */
function writeOutShorthands(source, declarations) {
  /** @type {{ end: number, name: string }[]} */
  const found = [];
  const visit = (/** @type {any} */ node) => {
    if (typescript.isShorthandPropertyAssignment(node) && !node.objectAssignmentInitializer) {
      const name = node.name.text;
      if (isDeclared(name, declarations)) found.push({ end: node.name.end, name });
    }
    typescript.forEachChild(node, visit);
  };
  visit(parseCell(source));
  return found.reduceRight(
    (text, { end, name }) => `${text.slice(0, end)}: ${name}${text.slice(end)}`,
    source,
  );
}

/** @param {string} name @param {string} declarations */
function isDeclared(name, declarations) {
  const escaped = name.replace(/\$/g, '\\$');
  return new RegExp(`(?<![\\w$])${escaped}(?![\\w$])`).test(declarations);
}

module.exports = { writeOutShorthands };
