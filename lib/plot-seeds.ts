/** A chart of the accuracies that recipes reach from several seeds. */
import type { Data } from 'plotly.js-dist-min';
import { percent } from './markdown-table';
import { plotAxis } from './plots';
import { deviation, mean } from './statistics';
import { colours, type Figure, figure } from './theme';

/** The accuracies of one recipe with several seeds. */
export interface SeedAccuracies {
  name: string;
  accuracies: number[];
}

/** Returns a row a recipe: a point a seed, and the mean with one deviation to both sides. */
export function seedSpread(
  recipes: readonly SeedAccuracies[],
  { title }: { title: string },
): Figure {
  const summaries = recipes.map(({ name, accuracies }) => {
    const spread = accuracies.length < 2 ? 0 : deviation(accuracies);
    const middle = mean(accuracies);
    const text = accuracies.length < 2 ? '' : ` ± ${percent(spread)}`;
    return { name, accuracies, middle, spread, text: `${percent(middle)}${text}` };
  });
  const points: Data = {
    type: 'scatter',
    mode: 'markers',
    name: 'one seed',
    x: summaries.flatMap(({ accuracies }) => accuracies),
    y: summaries.flatMap(({ accuracies }, row) => accuracies.map(() => row + 0.16)),
    marker: { color: colours.quiet, size: 8, opacity: 0.8 },
    hovertemplate: '%{x:.2%}<extra></extra>',
  };
  const means: Data = {
    type: 'scatter',
    mode: 'markers',
    name: 'mean ± deviation',
    x: summaries.map(({ middle }) => middle),
    y: summaries.map((_, row) => row),
    error_x: { type: 'data', array: summaries.map(({ spread }) => spread), thickness: 2, width: 6 },
    marker: { color: colours.validation, size: 10 },
    text: summaries.map(({ text }) => text),
    hovertemplate: '%{text}<extra></extra>',
  };
  const words = summaries.map(
    ({ name, text, accuracies }) => `${name} ${text} (seeds: ${accuracies.length})`,
  );
  return figure(
    [points, means],
    {
      title,
      description: `Validation accuracy, mean and deviation: ${words.join(', ')}.`,
      height: 150 + 70 * recipes.length,
    },
    {
      xaxis: plotAxis({ title: 'validation accuracy', format: '.2%' }),
      yaxis: {
        tickvals: summaries.map((_, row) => row),
        ticktext: summaries.map(({ name }) => name.replace(/, /g, ',<br>')),
        range: [recipes.length - 0.4, -0.6],
      },
      hovermode: 'closest',
    },
  );
}
