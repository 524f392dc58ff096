/** The curves of a training: accuracy above loss. */
import type { LayoutAxis } from 'plotly.js-dist-min';
import { endLabels, labelMargin } from './plot-labels';
import { endOf, horizontalAxis, lineMargins, lineTraces, rangeOf } from './plot-lines';
import { plotAxis } from './plots';
import { colours, type Figure, figure } from './theme';

/** What is known after one epoch; whoever trains may keep more beside it. */
export interface Epoch {
  epoch: number;
  loss: number;
  accuracy: number;
  validationLoss?: number;
  validationAccuracy?: number;
}

/** Returns the line of one measured value; epochs without it (not validated) are left out. */
function epochLine(history: readonly Epoch[], part: 'training' | 'validation', key: keyof Epoch) {
  const measured = history.filter((row) => row[key] !== undefined);
  return {
    name: part,
    x: measured.map((row) => row.epoch),
    y: measured.map((row) => row[key] as number),
    colour: colours[part],
  };
}

/** Returns the last and the best accuracy in words. */
function describeTraining(history: readonly Epoch[]): string {
  const last = history[history.length - 1];
  if (last === undefined) return 'No epoch yet.';
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
  const first = `After ${last.epoch} epochs the training accuracy is ${percent(last.accuracy)}`;
  const validated = history.filter((row) => row.validationAccuracy !== undefined);
  if (validated.length === 0) return `${first}.`;
  const best = validated.reduce((high, row) =>
    row.validationAccuracy! > high.validationAccuracy! ? row : high,
  );
  return `${first}, the best on validation ${percent(best.validationAccuracy!)} in epoch ${best.epoch}.`;
}

/** Returns the ticks of an axis that ends with the epoch `last`: whole numbers, at most about ten. */
export function epochTicks(last: number): Partial<LayoutAxis> {
  const step = [1, 2, 5, 10, 20, 50].find((size) => last / size <= 10) ?? 100;
  return { dtick: step, tick0: 0 };
}

/** Returns accuracy above loss, each for training and validation, against the epoch. */
export function learningCurves(
  history: readonly Epoch[],
  { title = 'How the training went' }: { title?: string } = {},
): Figure {
  const height = 540;
  const panels = [
    { yaxis: 'y', domain: [0.55, 1], title: 'accuracy', format: '.0%' },
    { yaxis: 'y2', domain: [0, 0.45], title: 'loss', format: undefined },
  ] as const;
  const drawn = panels.map(({ yaxis, title: measured, domain, format }) => {
    const lines = [
      epochLine(history, 'training', measured),
      epochLine(
        history,
        'validation',
        measured === 'loss' ? 'validationLoss' : 'validationAccuracy',
      ),
    ].filter(({ x }) => x.length > 0);
    const range = lines.length === 0 ? ([0, 1] as [number, number]) : rangeOf(lines);
    const pixels = (domain[1] - domain[0]) * (height - lineMargins.t - lineMargins.b);
    const ends = lines.map((line) => endOf(line, line.colour));
    return {
      lines,
      traces: lines.flatMap((line) =>
        lineTraces(line, { colour: line.colour }, { xaxis: 'x', yaxis, showlegend: false }),
      ),
      axis: {
        ...plotAxis({ title: measured, format, range }),
        domain: [domain[0], domain[1]] as [number, number],
      },
      labels: endLabels(ends, { range, pixels, yaxis }),
    };
  });
  return figure(
    drawn.flatMap(({ traces }) => traces),
    { title, description: describeTraining(history), height },
    {
      margin: { ...lineMargins, r: labelMargin(['validation']) },
      xaxis: {
        ...horizontalAxis({ title: 'epoch' }, drawn[0].lines),
        ...epochTicks(history[history.length - 1]?.epoch ?? 1),
        anchor: 'y2',
      },
      yaxis: drawn[0].axis,
      yaxis2: drawn[1].axis,
      hovermode: 'x unified',
      annotations: drawn.flatMap(({ labels }) => labels),
    },
  );
}
