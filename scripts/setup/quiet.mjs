/**
 * Keeps out of a script's lines what TensorFlow says of itself whatever its log level: notes from before that can
 * reach it, and that bfloat16, whose speed is measured, has no fast units here.
 */

const notes = [
  /^WARNING: All log messages before absl::InitializeLog/,
  /^I0000 .*oneDNN custom operations are on/,
  /^E0000 .*oneDNN supports DT_BFLOAT16 only/,
];

/** Whether what came so far of a line may yet become such a note. @param {string} line */
const mayBeNote = (line) =>
  ['WARNING: All', 'I0000 ', 'E0000 '].some(
    (start) => line.startsWith(start) || start.startsWith(line),
  );

/**
 * Passes everything on at once, but for TensorFlow's notes.
 * @param {NodeJS.ReadableStream} source
 * @param {NodeJS.WritableStream} target
 */
export function passOn(source, target) {
  let held = '';
  let isLineStart = true;
  /** @param {string} text */
  const write = (text) => {
    if (text === '') return;
    target.write(text);
    isLineStart = text.endsWith('\n');
  };
  source.setEncoding('utf8');
  source.on('data', (/** @type {string} */ chunk) => {
    const lines = (held + chunk).split(/(?<=\n)/);
    held = '';
    for (const line of lines) {
      if (isLineStart && !line.endsWith('\n') && mayBeNote(line)) held = line;
      else if (!isLineStart || !notes.some((note) => note.test(line))) write(line);
    }
  });
  source.on('end', () => write(held));
}
