/**
 * The IDX format of the FashionMNIST files, the same as MNIST's: a header of big-endian 32-bit whole
 * numbers, then one byte a value.
 */

/** Height and width of an image, in pixels. */
export const imageSide = 28;
/** Pixels, and bytes, of an image. */
export const imagePixels = imageSide * imageSide;
/** [height, width, channels] of an image as networks take it. */
export const imageShape: [number, number, number] = [imageSide, imageSide, 1];
/** How many classes there are: labels run from 0 to 9. */
export const classCount = 10;

/** The kinds of values in these files: unsigned bytes (08) in three dimensions, and in one. */
const IMAGES_MAGIC = 2051;
const LABELS_MAGIC = 2049;

export interface IdxOptions {
  /** The name of the file, for the error. */
  file: string;
}

/**
 * Returns the pixels of an image file, image after image and row after row, 0 (background) to 255.
 * They share the memory of `bytes`.
 *
 * @throws if the magic number, the size of an image or the length of the file is not as it should be
 */
export function parseImages(bytes: Uint8Array, { file }: IdxOptions): Uint8Array {
  const [count, height, width] = header(bytes, { file, magic: IMAGES_MAGIC, dimensions: 3 });
  expectEqual(file, 'image height', height, imageSide);
  expectEqual(file, 'image width', width, imageSide);
  return content(bytes, { file, start: 16, length: count * imagePixels });
}

/**
 * Returns the labels of a label file, 0 to 9, one an image. They share the memory of `bytes`.
 *
 * @throws if the magic number, the length of the file or a label is not as it should be
 */
export function parseLabels(bytes: Uint8Array, { file }: IdxOptions): Uint8Array {
  const [count] = header(bytes, { file, magic: LABELS_MAGIC, dimensions: 1 });
  const labels = content(bytes, { file, start: 8, length: count });
  const wrong = labels.findIndex((label) => label >= classCount);
  if (wrong >= 0) {
    throw new Error(
      `${file}: label ${wrong} is ${labels[wrong]}, expected 0 to ${classCount - 1}.`,
    );
  }
  return labels;
}

interface Header extends IdxOptions {
  magic: number;
  dimensions: number;
}

function header(bytes: Uint8Array, { file, magic, dimensions }: Header): number[] {
  const length = 4 * (dimensions + 1);
  if (bytes.length < length) {
    throw new Error(`${file}: ${bytes.length} bytes, expected at least ${length} for its header.`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  expectEqual(file, 'magic number', view.getUint32(0), magic);
  return Array.from({ length: dimensions }, (_, dimension) => view.getUint32(4 * (dimension + 1)));
}

interface Content extends IdxOptions {
  start: number;
  length: number;
}

function content(bytes: Uint8Array, { file, start, length }: Content): Uint8Array {
  expectEqual(file, 'length in bytes', bytes.length, start + length);
  return bytes.subarray(start);
}

function expectEqual(file: string, what: string, found: number, expected: number): void {
  if (found !== expected) throw new Error(`${file}: ${what} ${found}, expected ${expected}.`);
}
