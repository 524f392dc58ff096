/**
 * The look that all charts share: colours, fonts, axes. Backgrounds are transparent, so one figure serves
 * light and dark pages. Its text is a middle grey, readable on both, that a page which knows its own
 * colours replaces: scripts/report/page.js does, and so does scripts/lab/custom.css in JupyterLab.
 */
import type { Config, Data, Layout, LayoutAxis } from 'plotly.js-dist-min';

/** A plotly figure, ready for JSON. */
export interface Figure {
  data: Data[];
  layout: Partial<Layout>;
  config: Partial<Config>;
}

/** What is said above a chart: its title, and in words what there is to see. */
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

/**
 * Colours of lines, in fixed order: readable on white and on dark pages (a contrast of at least 3), and apart
 * for colour-blind readers too. Found by a search over all colours for the largest least difference.
 */
export const lineColours = ['#3f90da', '#e76300', '#845478', '#4854d8', '#b43c00', '#b47884'];

/** Colours by what they stand for, taken from the same ten. */
export const colours = {
  training: classColours[0],
  validation: classColours[6],
  right: classColours[0],
  wrong: classColours[6],
  emphasis: classColours[6],
  quiet: classColours[8],
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
  spikecolor: colours.text,
  spikethickness: 1,
  title: { font: { size: 12 }, standoff: 8 },
};

const look: Partial<Layout> = {
  font: { family: fontFamily, size: 12, color: colours.text },
  colorway: classColours,
  paper_bgcolor: 'rgba(0, 0, 0, 0)',
  plot_bgcolor: 'rgba(0, 0, 0, 0)',
  // The room on top is for the buttons, which would otherwise lie on the data.
  margin: { l: 52, r: 16, t: 26, b: 44 },
  // Opaque, because lines that share one box would otherwise be drawn across its text.
  hoverlabel: {
    font: { family: fontFamily, size: 13, color: '#ffffff' },
    bgcolor: '#24292f',
    bordercolor: '#8a929b',
    align: 'left',
    namelength: -1,
  },
  // A finger that drags a chart scrolls the page; the buttons switch zooming on.
  dragmode: false,
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

const config: Partial<Config> = {
  // JupyterLab tells charts their size itself. Where plotly measures it too, a window that changes while
  // a stored notebook opens leaves charts without a height.
  responsive: false,
  displaylogo: false,
  // The first would send the chart's data to a company's server.
  modeBarButtonsToRemove: [
    'sendChartToCloud',
    'select2d',
    'lasso2d',
    'zoomIn2d',
    'zoomOut2d',
    'autoScale2d',
  ],
};

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

/**
 * Returns the figure of `data` in the shared look. Its title and description are kept beside it and shown
 * above it by `showPlot`, as text of the page: plotly's own titles neither wrap nor follow the page's fonts.
 */
export function figure(data: Data[], text: FigureText, layout: Partial<Layout> = {}): Figure {
  const { title, description, height = 360 } = text;
  return {
    data,
    layout: {
      template: { layout: look },
      height,
      autosize: true,
      meta: { title, description },
      ...layout,
    },
    config,
  };
}

/** Returns the title and the description of a figure. */
export function figureText({ layout }: Figure): { title: string; description: string } {
  const { title = '', description = '' } = (layout.meta ?? {}) as Partial<FigureText>;
  return { title, description };
}

/** Returns what a figure shows, in words: for screen readers and plain text. */
export function description(shown: Figure): string {
  const { title, description: words } = figureText(shown);
  return [title, words].filter((text) => text).join(/[.?!]$/.test(title) ? ' ' : '. ');
}
