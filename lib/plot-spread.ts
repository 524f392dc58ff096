/** Charts of repeated measurements: every single one, their mean, and how far they lie apart. */
import type { Data } from 'plotly.js-dist-min';
import { type Axis, type Numbers, plotAxis, short } from './plots';
import { deviation, mean } from './statistics';
import { colours, type Figure, figure, wrapLabel } from './theme';

/** Measurements of the same thing. */
export interface Group {
  name: string;
  values: Numbers;
  /** One text a value, shown when the pointer is on it. */
  hover?: string[];
}

export interface SpreadOptions {
  title: string;
  value: Axis;
  /** The name of the group that the others are compared with: a line marks its mean. */
  reference?: string;
  /** How values are written; with three digits when left out. */
  format?: (value: number) => string;
  description?: string;
}

/** The characters of a group's name that fit beside a chart on a screen of 400 pixels. */
const nameWidth = 16;

/**
 * Returns one row a group, in the given order from the top: a ring for each value, a bar across at their
 * mean, and a line from one standard deviation below it to one above.
 *
 * @throws if there is no group, a group is empty, or none has the name of the reference
 */
export function spreadChart(groups: readonly Group[], options: SpreadOptions): Figure {
  const { title, value, reference, format = short } = options;
  const empty = groups.find(({ values }) => values.length === 0);
  if (groups.length === 0 || empty !== undefined) {
    const which = empty === undefined ? '' : `, and '${empty.name}' has none`;
    throw new Error(`A chart of spreads needs at least one value in each group${which}.`);
  }
  const means = groups.map(({ values }) => mean(values));
  const words = groups.map(({ name }, index) => `${name} ${format(means[index])}`);
  return figure(
    [singles(groups, format), averages(groups, means, format)],
    {
      title,
      description: options.description ?? `Means: ${words.join('; ')}.`,
      height: 130 + 34 * groups.length,
    },
    {
      xaxis: plotAxis(value),
      yaxis: { autorange: 'reversed', type: 'category' },
      showlegend: true,
      shapes: reference === undefined ? [] : [markAt(meanOf(reference, groups, means))],
    },
  );
}

function label({ name }: Group): string {
  return wrapLabel(name, nameWidth);
}

function singles(groups: readonly Group[], format: (value: number) => string): Data {
  return {
    type: 'scatter',
    mode: 'markers',
    name: 'each',
    x: groups.flatMap(({ values }) => Array.from(values)),
    y: groups.flatMap((group) => Array.from(group.values, () => label(group))),
    customdata: groups.flatMap(({ values, hover }) =>
      Array.from(values, (one, index) => hover?.[index] ?? format(one)),
    ),
    marker: { symbol: 'circle-open', size: 9, color: colours.training, line: { width: 2 } },
    hovertemplate: '%{customdata}<extra></extra>',
  };
}

function averages(
  groups: readonly Group[],
  means: number[],
  format: (value: number) => string,
): Data {
  const spreads = groups.map(({ values }) => (values.length < 2 ? 0 : deviation(values)));
  return {
    type: 'scatter',
    mode: 'markers',
    name: 'mean and standard deviation',
    x: means,
    y: groups.map(label),
    error_x: { type: 'data', array: spreads, color: colours.validation, thickness: 2, width: 0 },
    marker: {
      symbol: 'line-ns',
      size: 18,
      color: colours.validation,
      line: { width: 3, color: colours.validation },
    },
    customdata: groups.map(({ values }, index) =>
      [`mean of ${values.length}: ${format(means[index])}`]
        .concat(values.length < 2 ? [] : [`± ${format(spreads[index])}`])
        .join(' '),
    ),
    hovertemplate: '%{customdata}<extra></extra>',
  };
}

function meanOf(name: string, groups: readonly Group[], means: number[]): number {
  const index = groups.findIndex((group) => group.name === name);
  if (index >= 0) return means[index];
  const known = groups.map((group) => group.name).join(', ');
  throw new Error(`There is no group '${name}' to compare with: expected one of ${known}.`);
}

function markAt(place: number) {
  return {
    type: 'line' as const,
    x0: place,
    x1: place,
    yref: 'paper' as const,
    y0: 0,
    y1: 1,
    layer: 'below' as const,
    line: { color: colours.text, width: 1, dash: 'dot' as const },
  };
}
