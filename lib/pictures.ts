/** Pictures from pixels: grids of grey images as PNG files, and the HTML that shows them. */
import { tf } from './backend';
import { escapeHtml, pngAddress, textHtml } from './html';

/**
 * The pixels of one square image, row by row, 0 (black) to 255 (white): one number a pixel, or three for
 * red, green and blue.
 */
export type Picture = ArrayLike<number>;

/** A PNG file and what it shows in words. */
export interface Illustration {
  png: Uint8Array;
  alt: string;
}

export interface GridOptions {
  columns?: number;
  /** Pixels of the PNG for each pixel of an image, in both directions. */
  scale?: number;
  /** Transparent pixels between two images. */
  gap?: number;
}

/** Returns `values` as pixels: `low` becomes black, `high` white, what lies beyond is cut off. */
export function toPixels(values: ArrayLike<number>, low = 0, high = 1): Uint8ClampedArray {
  return Uint8ClampedArray.from(values, (value) => (255 * (value - low)) / (high - low));
}

/** Returns the side of a square image; of no image are both the length and a third of it a square. */
export function sideOf({ length }: Picture): number {
  return Math.sqrt(isColoured(length) ? length / 3 : length);
}

function isColoured(length: number): boolean {
  return Number.isInteger(Math.sqrt(length / 3));
}

/** Returns the side of square images; throws if one is not square or differs from the first. */
function commonSide(images: readonly Picture[]): number {
  if (images.length === 0) throw new Error('A grid needs at least one image, but there is none.');
  const side = sideOf(images[0]);
  images.forEach((image, index) => {
    if (sideOf(image) !== side || !Number.isInteger(side)) {
      throw new Error(
        `Image ${index} has ${image.length} values, the first ${images[0].length}: ` +
          'a grid takes square images of one size.',
      );
    }
  });
  return side;
}

/** The pixels of a PNG file: red, green, blue and opacity each; or grey and opacity, if all are grey. */
interface Canvas {
  pixels: Uint8Array;
  width: number;
  channels: 2 | 4;
}

/** Copies one image, enlarged, into `canvas` at `left`, `top`. */
function drawImage(
  { pixels, width, channels }: Canvas,
  image: Picture,
  { left, top, side, scale }: { left: number; top: number; side: number; scale: number },
) {
  const given = image.length / side ** 2;
  for (let row = 0; row < side * scale; row++) {
    const source = Math.floor(row / scale) * side;
    let target = channels * ((top + row) * width + left);
    for (let column = 0; column < side * scale; column++) {
      const pixel = given * (source + Math.floor(column / scale));
      for (let channel = 0; channel < channels - 1; channel++) {
        pixels[target++] = image[pixel + Math.min(channel, given - 1)];
      }
      pixels[target++] = 255;
    }
  }
}

/**
 * Returns the images side by side as one PNG file, enlarged by whole pixels so that they stay sharp.
 * The gaps are transparent. Disposes its tensor.
 */
export async function imageGrid(
  images: readonly Picture[],
  { columns = 10, scale = 2, gap = 2 }: GridOptions = {},
): Promise<Uint8Array> {
  const side = commonSide(images);
  const channels = images.some(({ length }) => isColoured(length)) ? 4 : 2;
  const across = Math.min(columns, images.length);
  const step = side * scale + gap;
  const width = across * step - gap;
  const height = Math.ceil(images.length / across) * step - gap;
  const pixels = new Uint8Array(channels * width * height);
  images.forEach((image, index) => {
    const left = (index % across) * step;
    const top = Math.floor(index / across) * step;
    drawImage({ pixels, width, channels }, image, { left, top, side, scale });
  });
  const tensor = tf.tensor3d(pixels, [height, width, channels], 'int32');
  try {
    return await tf.node.encodePng(tensor);
  } finally {
    tensor.dispose();
  }
}

/** Returns one picture, never wider than the page. */
export function pictureHtml({ png, alt }: Illustration): string {
  return (
    '<figure class="picture" style="margin:0">' +
    `<img src="${pngAddress(png)}" alt="${escapeHtml(alt)}" style="max-width:100%;image-rendering:pixelated">` +
    '</figure>'
  );
}

/** Returns pictures with a text below each, as many in a row as the page has room for. */
export function tilesHtml(tiles: readonly Illustration[], width: number): string {
  const figures = tiles.map(({ png, alt }) => {
    const lines = alt.split('\n').map(textHtml);
    return (
      `<figure style="margin:0;width:${width}px;text-align:center">` +
      `<img src="${pngAddress(png)}" alt="${lines.join(', ')}" style="width:${width}px;max-width:none;image-rendering:pixelated">` +
      `<figcaption style="font-size:12px;line-height:1.3">${lines.join('<br>')}</figcaption></figure>`
    );
  });
  return `<div class="tiles" style="display:flex;flex-wrap:wrap;gap:12px">${figures.join('')}</div>`;
}

/**
 * Returns rows of images, each a picture of its own with its name above it. Where the page is narrow they
 * shrink to `narrowest` pixels, and scroll beyond.
 */
export function rowsHtml(
  rows: readonly (Illustration & { name: string })[],
  narrowest: number,
): string {
  const look = `display:block;max-width:max(100%,${narrowest}px);image-rendering:pixelated`;
  const lines = rows.map(
    ({ png, alt, name }) =>
      '<figure style="margin:0 0 8px">' +
      `<figcaption style="font-size:12px;line-height:1.5">${escapeHtml(name)}</figcaption>` +
      `<img src="${pngAddress(png)}" alt="${escapeHtml(alt)}" style="${look}"></figure>`,
  );
  return `<div class="rows" style="overflow-x:auto">${lines.join('')}</div>`;
}
