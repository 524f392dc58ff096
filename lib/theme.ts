/**
 * The look that all charts share: colours, fonts, axes. Backgrounds are transparent and text is a
 * middle grey with a contrast above 4 on white and on JupyterLab's dark page: one figure serves both.
 */
import type { Config, Data, Layout, LayoutAxis } from 'plotly.js-dist-min';

/** A plotly figure, ready for JSON. */
export interface Figure {
  data: Data[];
  layout: Partial<Layout>;
  config: Partial<Config>;
}

/** What `figure` adds to the data: `description` says in words what there is to see. */
export interface FigureText {
  title: string;
  description: string;
  /** Pixels; the width is that of the page. */
  height?: number;
}

/**
 * Ten colours that stay apart for colour-blind readers, in fixed order: one for each class.
 * Source: Petroff, "Accessible Color Sequences for Data Visualization", arXiv:2107.02270.
 */
export const classColours = [
  '#3f90da',
  '#ffa90e',
  '#bd1f01',
  '#94a4a2',
  '#832db6',
  '#a96b59',
  '#e76300',
  '#b9ac70',
  '#717581',
  '#92dadd',
];

/** Colours by what they stand for, taken from the same ten. */
export const colours = {
  training: classColours[0],
  validation: classColours[6],
  right: classColours[0],
  wrong: classColours[6],
  emphasis: classColours[2],
  quiet: classColours[3],
  text: '#7a7a7a',
  grid: 'rgba(127, 127, 127, 0.22)',
};

/** Marks that tell ten classes apart without any colour, in the order of `classColours`. */
export const classSymbols = [
  'circle',
  'square',
  'diamond',
  'cross',
  'x',
  'triangle-up',
  'triangle-down',
  'pentagon',
  'star',
  'hexagon',
] as const;

const fontFamily = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif';

const axisLook: Partial<LayoutAxis> = {
  automargin: true,
  gridcolor: colours.grid,
  linecolor: colours.grid,
  zeroline: false,
  separatethousands: true,
  // Invisible ticks keep the labels away from bars and cells.
  ticks: 'outside',
  ticklen: 5,
  tickcolor: 'rgba(0, 0, 0, 0)',
  title: { font: { size: 12 }, standoff: 8 },
};

const look: Partial<Layout> = {
  font: { family: fontFamily, size: 12, color: colours.text },
  colorway: classColours,
  paper_bgcolor: 'rgba(0, 0, 0, 0)',
  plot_bgcolor: 'rgba(0, 0, 0, 0)',
  margin: { l: 52, r: 12, t: 44, b: 44 },
  hoverlabel: { font: { family: fontFamily, size: 13 }, align: 'left', namelength: -1 },
  legend: {
    orientation: 'h',
    yref: 'container',
    y: 0,
    yanchor: 'bottom',
    x: 0,
    xanchor: 'left',
    bgcolor: 'rgba(0, 0, 0, 0)',
  },
  xaxis: axisLook,
  yaxis: axisLook,
  modebar: { bgcolor: 'rgba(0, 0, 0, 0)', color: colours.text, activecolor: colours.training },
};

/** The size of a title in pixels. */
const titleSize = 15;

/** The characters of a title that fit beside each other on a screen of 400 pixels. */
const titleWidth = 42;

/** Returns `text` broken into lines of at most `width` characters, for labels that plotly draws. */
export function wrapLabel(text: string, width: number): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1];
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines.join('<br>');
}

/** Returns the figure of `data` in the shared look, with its title and its description in words. */
export function figure(data: Data[], text: FigureText, layout: Partial<Layout> = {}): Figure {
  const { title, description, height = 360 } = text;
  const wrapped = wrapLabel(title, titleWidth);
  const lines = wrapped.split('<br>').length;
  return {
    data,
    layout: {
      template: { layout: look },
      title: {
        text: wrapped,
        font: { size: titleSize },
        x: 0.01,
        xanchor: 'left',
        y: 1,
        yanchor: 'top',
        yref: 'container',
        // Plotly anchors the first line only when it stands alone: the others push it up.
        pad: { t: 10 + (lines - 1) * titleSize * 1.3 },
      },
      margin: { ...look.margin, t: 24 + lines * titleSize * 1.3 },
      height,
      autosize: true,
      meta: { description },
      ...layout,
    },
    config: { responsive: true, displaylogo: false },
  };
}

/** Returns what a figure shows, in words: for screen readers and plain text. */
export function description(shown: Figure): string {
  const title = shown.layout.title;
  const heading = typeof title === 'object' ? (title.text ?? '').split('<br>').join(' ') : '';
  const words = (shown.layout.meta as { description?: string } | undefined)?.description ?? '';
  return [heading, words].filter((text) => text).join(/[.?!]$/.test(heading) ? ' ' : '. ');
}
