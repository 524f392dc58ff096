/**
 * Prepares the TypeScript compiler of tslab, before tslab loads it, for what tslab leaves out:
 * source maps (so that errors name lines of the source), the file's name in every message, and
 * changed files found by a look at them before each cell instead of by hundreds of watchers.
 */
const { readdirSync, statSync } = require('node:fs');
const { SourceMap } = require('node:module');
const { join, relative, sep } = require('node:path');
const { compilerPath, typescript } = require('./typescript.cjs');

const root = process.cwd();
/** The name under which tslab compiles a cell, after the line that it puts before each. */
const cellName = '__tslab__.ts';
const linesBeforeCell = 1;

/**
 * The maps of each compiled text, the last compilation first, by the path of its source.
 * @type {Map<string, (SourceMap | string)[]>}
 */
const maps = new Map();

/** Takes the source map off the end of a compiled text. @param {string} text */
function takeMap(text) {
  const match = /\/\/# sourceMappingURL=data:[^,]*,(\S+)\s*$/.exec(text);
  return match ? { code: text.slice(0, match.index), map: match[1] } : { code: text, map: '' };
}

/** @param {string} encoded */
const decode = (encoded) => JSON.parse(Buffer.from(encoded, 'base64').toString());

/** tslab compiles twice, to modules and then to CommonJS: both maps are kept. */
function transpileModule(/** @type {string} */ text, /** @type {any} */ settings) {
  const first = takeMap(text);
  const options = { ...settings.compilerOptions, inlineSourceMap: first.map !== '' };
  const result = typescript.transpileModule(first.code, { ...settings, compilerOptions: options });
  const second = takeMap(result.outputText);
  if (first.map !== '') {
    const source = decode(first.map).sources[0].replace(/^(\.\.\/)+/, '');
    maps.set(source, [second.map, first.map]);
  }
  return { ...result, outputText: second.code };
}

/**
 * Keeps the maps of the cell compiled last under the name that its code runs by.
 * @param {string} name
 */
function nameCell(name) {
  const found = maps.get(cellName);
  if (found) maps.set(name, found);
}

/**
 * The position in the source for one in compiled code.
 * @param {string} file as the stack names it: a path in the project, or the name of a cell
 * @param {number} line counted from 1
 * @param {number} column counted from 1
 * @returns {{ file: string, line: number, column: number } | 'none' | undefined} 'none' for what the
 *   compiler has added, undefined for a file that was not compiled here
 */
function locate(file, line, column) {
  const source = [file, file.replace(/\.js$/, '.ts')].find((name) => maps.has(name));
  const found = source && maps.get(source);
  if (!found) return undefined;
  let [row, place] = [line - 1, column - 1];
  for (const [index, map] of found.entries()) {
    // Decoded on the first error only.
    const decoded = typeof map === 'string' ? new SourceMap(decode(map)) : map;
    found[index] = decoded;
    const entry = decoded.findEntry(row, place);
    if (!('originalLine' in entry) || entry.generatedLine !== row) return 'none';
    [row, place] = [entry.originalLine, entry.originalColumn];
  }
  const before = source === file && !file.endsWith('.ts') ? linesBeforeCell : 0;
  return { file: source, line: row + 1 - before, column: place + 1 };
}

/** @typedef {(path: string, kind: number) => void} Watcher */

/** @type {Map<string, { watcher: Watcher, state: string }>} */
const files = new Map();
/** @type {Set<{ folder: string, watcher: (path: string) => void }>} */
const folders = new Set();

/** @param {string} path */
function isOurs(path) {
  const inside = relative(root, path);
  return !inside.startsWith('..') && !inside.split(sep).includes('node_modules');
}

/** What changes when a file does; empty if there is none. @param {string} path */
function stateOf(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ? `${found.mtimeMs} ${found.size} ${found.ino}` : '';
}

function watchFile(/** @type {string} */ path, /** @type {Watcher} */ watcher) {
  if (isOurs(path)) files.set(path, { watcher, state: stateOf(path) });
  return { close: () => files.delete(path) };
}

function watchDirectory(
  /** @type {string} */ folder,
  /** @type {(path: string) => void} */ watcher,
) {
  const entry = { folder, watcher };
  if (isOurs(folder)) folders.add(entry);
  return { close: () => folders.delete(entry) };
}

function listSources() {
  const names = readdirSync(join(root, 'lib'), { recursive: true, encoding: 'utf8' });
  return new Set(names.map((name) => join(root, 'lib', name)));
}

let sources = listSources();
let isAnnouncing = false;

/** Tells the compiler of every file of the project that was changed, made or removed since last time. */
function noticeChanges() {
  for (const [path, entry] of files) {
    const state = stateOf(path);
    if (state === entry.state) continue;
    const kind =
      typescript.FileWatcherEventKind[
        state === '' ? 'Deleted' : entry.state === '' ? 'Created' : 'Changed'
      ];
    entry.state = state;
    entry.watcher(path, kind);
  }
  const before = sources;
  sources = listSources();
  for (const path of new Set([...before, ...sources])) {
    if (before.has(path) && sources.has(path)) continue;
    for (const { folder, watcher } of folders) if (path.startsWith(folder)) announce(watcher, path);
  }
}

/**
 * The compiler would look for the new file after a while, and tslab has room for one timer only.
 * @param {(path: string) => void} watcher
 * @param {string} path
 */
function announce(watcher, path) {
  isAnnouncing = true;
  watcher(path);
  isAnnouncing = false;
}

/** @param {any[]} parameters */
function createWatchCompilerHost(...parameters) {
  const [names, options, ...rest] = parameters;
  const host = typescript.createWatchCompilerHost(
    names,
    { ...options, inlineSourceMap: true },
    ...rest,
  );
  const { setTimeout, clearTimeout } = host;
  const done = {};
  host.setTimeout = (/** @type {() => void} */ callback, /** @type {any[]} */ ...more) => {
    if (!isAnnouncing) return setTimeout(callback, ...more);
    isAnnouncing = false;
    callback();
    return done;
  };
  host.clearTimeout = (/** @type {object} */ timer) => timer === done || clearTimeout(timer);
  return host;
}

/** tslab drops the file's name from messages that have parts: they are joined to one text here. */
function getPreEmitDiagnosticsOfFiles(/** @type {any[]} */ ...parameters) {
  const found = typescript.getPreEmitDiagnosticsOfFiles(...parameters);
  return found.map((/** @type {any} */ diagnostic) => ({
    ...diagnostic,
    messageText: typescript.flattenDiagnosticMessageText(diagnostic.messageText, '\n'),
  }));
}

typescript.sys.watchFile = watchFile;
typescript.sys.watchDirectory = watchDirectory;
const loaded = require.cache[compilerPath];
if (!loaded)
  throw new Error(`The compiler of tslab is not where it was loaded from: ${compilerPath}`);
loaded.exports = {
  ...typescript,
  createWatchCompilerHost,
  transpileModule,
  getPreEmitDiagnosticsOfFiles,
};

module.exports = { locate, nameCell, noticeChanges };
