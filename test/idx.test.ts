import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { imagePixels, parseImages, parseLabels } from '../lib/idx';

function idx(header: number[], body: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(4 * header.length + body.length);
  const view = new DataView(bytes.buffer);
  header.forEach((number, place) => {
    view.setUint32(4 * place, number);
  });
  bytes.set(body, 4 * header.length);
  return bytes;
}

test('parseImages(bytes) gives the pixels behind the header', () => {
  const pixels = Uint8Array.from({ length: 2 * imagePixels }, (_, place) => place % 256);
  const bytes = idx([2051, 2, 28, 28], pixels);
  assert.deepEqual(parseImages(bytes, { file: 'images' }), pixels);
});

test('parseImages(bytes) reads a view that does not begin where its buffer begins', () => {
  const pixels = new Uint8Array(imagePixels).fill(9);
  const shifted = new Uint8Array([1, 2, 3, ...idx([2051, 1, 28, 28], pixels)]).subarray(3);
  assert.deepEqual(parseImages(shifted, { file: 'images' }), pixels);
});

test('parseLabels(bytes) gives the labels behind the header', () => {
  const bytes = idx([2049, 4], [0, 9, 3, 3]);
  assert.deepEqual(parseLabels(bytes, { file: 'labels' }), Uint8Array.of(0, 9, 3, 3));
});

const image = new Uint8Array(imagePixels);
const badImages: [string, Uint8Array, string][] = [
  ['an empty file', new Uint8Array(0), '0 bytes, expected at least 16 for its header'],
  ['half a header', new Uint8Array(15), '15 bytes, expected at least 16 for its header'],
  ['labels', idx([2049, 8], new Uint8Array(8)), 'magic number 2049, expected 2051'],
  ['flat images', idx([2051, 1, 27, 28], image), 'image height 27, expected 28'],
  ['wide images', idx([2051, 1, 28, 29], image), 'image width 29, expected 28'],
  ['a missing image', idx([2051, 2, 28, 28], image), 'length in bytes 800, expected 1584'],
  ['bytes left over', idx([2051, 0, 28, 28], image), 'length in bytes 800, expected 16'],
  ['a huge count', idx([2051, 2 ** 32 - 1, 28, 28], image), 'expected 3367254359296'],
];
for (const [what, bytes, message] of badImages) {
  test(`parseImages(${what}) throws an error with the file, the found and the expected`, () => {
    assert.throws(
      () => parseImages(bytes, { file: 'pictures.gz' }),
      ({ message: found }: Error) => found.startsWith('pictures.gz: ') && found.includes(message),
    );
  });
}

const badLabels: [string, Uint8Array, string][] = [
  ['an empty file', new Uint8Array(0), '0 bytes, expected at least 8 for its header'],
  ['images', idx([2051, 1, 28, 28], image), 'magic number 2051, expected 2049'],
  ['too few labels', idx([2049, 3], [1, 2]), 'length in bytes 10, expected 11'],
  ['too many labels', idx([2049, 1], [1, 2]), 'length in bytes 10, expected 9'],
  ['a label over 9', idx([2049, 3], [1, 10, 11]), 'label 1 is 10, expected 0 to 9'],
];
for (const [what, bytes, message] of badLabels) {
  test(`parseLabels(${what}) throws an error with the file, the found and the expected`, () => {
    assert.throws(
      () => parseLabels(bytes, { file: 'classes.gz' }),
      ({ message: found }: Error) => found.startsWith('classes.gz: ') && found.includes(message),
    );
  });
}

test('parseImages and parseLabels meet any bytes with a result or an error that names the file', () => {
  const magic = fc.constantFrom(2049, 2051, 0, 2 ** 32 - 1);
  const bytes = fc
    .tuple(
      fc.array(fc.oneof(magic, fc.nat(30)), { maxLength: 4 }),
      fc.uint8Array({ maxLength: 900 }),
    )
    .map(([header, body]) => idx(header, body));
  fc.assert(
    fc.property(bytes, fc.constantFrom(parseImages, parseLabels), (content, parse) => {
      try {
        assert.ok(parse(content, { file: 'some.gz' }).length <= content.length);
      } catch (error) {
        assert.match((error as Error).message, /^some\.gz: .*expected/);
      }
    }),
    { numRuns: 2000 },
  );
});
