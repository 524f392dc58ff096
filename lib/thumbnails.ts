/**
 * Small pictures in the hover texts of charts. Plotly shows text there and nothing else, in JupyterLab as
 * in a report: so a picture is lines of full blocks, each in the grey of its pixel.
 */
import type { HoverLabel } from 'plotly.js-dist-min';
import type { Picture } from './pictures';

/** Pixels of an image that become one of its thumbnail, in both directions. */
const step = 2;

/** What a trace needs so that pointing at a mark shows its picture. */
export interface HoverThumbnails {
  /** Row: mark; column: pixel; greys from 0 to 100. */
  customdata: number[][];
  /** Shows the mark's `text` and, below it, the picture. */
  hovertemplate: string;
  hoverlabel: HoverLabel;
}

/**
 * Returns the pictures of a trace's marks, in their order, at half their size.
 *
 * @throws if one is not square, is of another size than the first, or has an odd side
 */
export function hoverThumbnails(images: readonly Picture[]): HoverThumbnails {
  const side = Math.sqrt(images[0]?.length ?? 0) / step;
  const wrong = images.find(({ length }) => length !== (step * side) ** 2);
  if (!Number.isInteger(side) || side === 0 || wrong !== undefined) {
    const lengths = [...new Set(images.map(({ length }) => length))].join(', ');
    throw new Error(
      `Images of [${lengths}] pixels: expected at least one, all square, of one even side.`,
    );
  }
  const greys = Uint8Array.from(images.flatMap((image) => smaller(image, side)));
  return {
    customdata: packed(greys, [images.length, side * side]),
    hovertemplate: `<span style="${titleLook}">%{text}</span><br>${blocks(side)}<extra></extra>`,
    hoverlabel: {
      bgcolor: '#000000',
      bordercolor: '#888888',
      font: { family: 'Menlo, Consolas, "DejaVu Sans Mono", monospace', size: 8, color: '#ffffff' },
    },
  };
}

const titleLook = 'font:12px system-ui,sans-serif';

/** Returns the mean grey of each square of pixels, 0 to 100. */
function smaller(image: Picture, side: number): number[] {
  return Array.from({ length: side * side }, (_, place) => {
    const corner = step * step * side * Math.floor(place / side) + step * (place % side);
    let sum = 0;
    for (let row = 0; row < step; row++) {
      for (let column = 0; column < step; column++) {
        sum += image[corner + row * step * side + column];
      }
    }
    return Math.round((100 * sum) / (255 * step * step));
  });
}

/**
 * Returns the lines of blocks, whose greys plotly takes from the mark's `customdata`. Two blocks are about as
 * wide as a line is high; a little larger than the line, they leave no gap between two lines.
 */
function blocks(side: number): string {
  const lines = Array.from({ length: side }, (_, row) => {
    const pixels = Array.from({ length: side }, (_, column) => {
      const grey = `%{customdata[${row * side + column}]}`;
      return `<span style="color:hsl(0,0%,${grey}%)">██</span>`;
    });
    return `<span style="font-size:1.12em">${pixels.join('')}</span>`;
  });
  return lines.join('<br>');
}

/** Returns bytes in the form that plotly reads fastest and that takes the least room in a page. */
function packed(bytes: Uint8Array, shape: [number, number]): number[][] {
  const array = { dtype: 'u1', bdata: Buffer.from(bytes).toString('base64'), shape: shape.join() };
  return array as unknown as number[][];
}
