/** Names at the ends of lines, where the eye already is, instead of a legend to look up. */
import type { Annotation } from 'plotly.js-dist-min';

/** The right end of a line. */
export interface LineEnd {
  name: string;
  x: number;
  y: number;
  colour: string;
}

/** The chart that the lines are in. */
export interface LabelledAxes {
  /** The values at the bottom and at the top. */
  range: readonly [number, number];
  /** From bottom to top. */
  pixels: number;
  xaxis?: 'x' | 'x2';
  yaxis?: 'y' | 'y2';
}

/** Pixels between the middles of two names. */
const lineHeight = 15;

/** Pixels that a character of a name takes, on average; generous, so that no name is cut off. */
const characterWidth = 6.6;

/** The longest names, and the most, that are written beside lines; more or longer ones need a legend. */
const limits = { characters: 16, lines: 5 };

/** Whether lines of these names can have them at their ends, also on a screen of 400 pixels. */
export function canLabelEnds(names: readonly string[]): boolean {
  return (
    names.length > 1 &&
    names.length <= limits.lines &&
    names.every(({ length }) => length <= limits.characters)
  );
}

/** Returns the pixels that names need on the right of a chart. */
export function labelMargin(names: readonly string[]): number {
  const longest = Math.max(...names.map(({ length }) => length));
  return Math.ceil(24 + characterWidth * longest);
}

/** Returns the heights of names in pixels, in their order: moved apart where they would overlap. */
export function spread(heights: readonly number[], pixels: number): number[] {
  const order = heights
    .map((_, index) => index)
    .sort((one, other) => heights[one] - heights[other]);
  const placed = [...heights];
  const top = pixels - lineHeight / 2;
  order.forEach((index, rank) => {
    const below = rank === 0 ? Number.NEGATIVE_INFINITY : placed[order[rank - 1]] + lineHeight;
    placed[index] = Math.max(placed[index], below);
  });
  order.reverse().forEach((index, rank) => {
    const above = rank === 0 ? top : placed[order[rank - 1]] - lineHeight;
    placed[index] = Math.min(placed[index], above);
  });
  return placed;
}

/** Returns the names as annotations of the figure, each with a dot in the colour of its line. */
export function endLabels(ends: readonly LineEnd[], axes: LabelledAxes): Partial<Annotation>[] {
  const [low, high] = axes.range;
  const heights = ends.map(({ y }) => ((y - low) / (high - low)) * axes.pixels);
  const placed = spread(heights, axes.pixels);
  return ends.map(({ name, x, y, colour }, index) => ({
    text: `<span style="color:${colour}">●</span> ${name}`,
    x,
    y,
    xref: axes.xaxis ?? 'x',
    yref: axes.yaxis ?? 'y',
    xanchor: 'left',
    yanchor: 'middle',
    xshift: 5,
    yshift: placed[index] - heights[index],
    showarrow: false,
    align: 'left',
  }));
}
