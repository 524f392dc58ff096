/** One figure of every kind, for the tests that look at all of them. */
import { classNames } from '../../lib/dataset';
import { leaderboard, reliabilityDiagram, robustnessChart } from '../../lib/plot-evaluation';
import { lineChart } from '../../lib/plot-lines';
import { confusionMatrix, heatmap } from '../../lib/plot-matrices';
import { settingLines, trialCurves } from '../../lib/plot-search';
import { seedSpread } from '../../lib/plot-seeds';
import { spreadChart } from '../../lib/plot-spread';
import { learningCurves } from '../../lib/plot-training';
import { barChart, histogram, scatter } from '../../lib/plots';
import type { Figure } from '../../lib/theme';
import { space, trials } from './search';

/** Returns `count` numbers made from their index. */
function numbers(count: number, make: (index: number) => number): number[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function table(make: (row: number, column: number) => number): number[][] {
  return numbers(10, Number).map((_, row) => numbers(10, (column) => make(row, column)));
}

/** Returns figures of ten classes by the name of the function that makes them. */
export function exampleFigures(): Record<string, Figure> {
  const names = [...classNames];
  const epochs = numbers(12, (index) => index + 1);
  const share = { title: 'accuracy', format: '.1%' };
  return {
    barChart: barChart(
      names,
      numbers(10, (index) => 6000 - 13 * index),
      { title: 'Images of each class', value: { title: 'images' } },
    ),
    histogram: histogram(
      numbers(2000, (index) => (index % 3 === 0 ? 0 : index % 256)),
      { title: 'How bright the pixels are', value: { title: 'brightness' }, logarithmic: true },
    ),
    spreadChart: spreadChart(
      names.map((name, index) => ({
        name,
        values: [0, 1, 2].map((seed) => 0.93 + 0.001 * index + 0.0005 * seed),
      })),
      { title: 'How far seeds lie apart', value: share, reference: names[0] },
    ),
    lineChart: lineChart(
      ['with augmentation', 'without it', 'with a much longer name'].map((name, index) => ({
        name,
        x: epochs,
        y: epochs.map((epoch) => 0.9 + 0.05 * (1 - Math.exp(-epoch / (4 + index)))),
        spread: epochs.map(() => 0.004),
      })),
      {
        title: 'Validation accuracy with and without augmentation',
        x: { title: 'epoch' },
        y: share,
      },
    ),
    learningCurves: learningCurves(
      epochs.map((epoch) => ({
        epoch,
        loss: 0.2 + Math.exp(-epoch / 4),
        accuracy: 0.95 - 0.3 * Math.exp(-epoch / 3),
        validationLoss: 0.25 + Math.exp(-epoch / 4),
        validationAccuracy: 0.93 - 0.3 * Math.exp(-epoch / 3),
      })),
    ),
    scatter: scatter(
      {
        x: numbers(500, (index) => Math.sin(index) + (index % 10)),
        y: numbers(500, (index) => Math.cos(index * 1.7) + ((index * 3) % 10)),
        labels: numbers(500, (index) => index % 10),
      },
      { title: 'A map', classNames, x: { title: 'first' }, y: { title: 'second' } },
    ),
    'scatter with images': scatter(
      {
        x: numbers(40, (index) => index % 8),
        y: numbers(40, (index) => Math.floor(index / 8)),
        labels: numbers(40, (index) => index % 10),
        images: numbers(40, Number).map((index) =>
          numbers(784, (pixel) => (pixel * (index + 1)) % 256),
        ),
      },
      { title: 'Images', classNames, x: { title: 'first' }, y: { title: 'second' } },
    ),
    robustnessChart: robustnessChart(
      ['Shift', 'Blur'].map((name, index) => ({
        name,
        texts: [0, 1, 2, 3, 4, 5].map((step) => `${name}: ${step} pixels`),
        correct: numbers(6, (step) => 950 - (20 + 10 * index) * step ** 2),
        total: 1000,
      })),
    ),
    confusionMatrix: confusionMatrix(
      table((row, column) => (row === column ? 900 - 20 * row : (row * 7 + column * 13) % 90)),
      classNames,
    ),
    heatmap: heatmap(
      table((row, column) => Math.abs(Math.sin(row * 3 + column))),
      {
        title: 'How alike classes are',
        columns: classNames,
        rows: classNames,
        value: 'correlation',
      },
    ),
    reliabilityDiagram: reliabilityDiagram(
      numbers(10, (index) => index / 10).map((from) => ({
        from,
        to: from + 0.1,
        count: Math.round(1000 * from ** 4),
        confidence: from + 0.06,
        accuracy: from,
      })),
    ),
    leaderboard: leaderboard(
      [
        {
          name: 'A wide residual network with random erasing',
          value: 0.9635,
          low: 0.96,
          high: 0.967,
        },
        { name: 'this project', value: 0.961, low: 0.957, high: 0.965, ours: true },
        { name: 'Two layers', value: 0.934, low: 0.929, high: 0.939, note: 'a source' },
      ],
      { title: 'Published results' },
    ),
    settingLines: settingLines({ space }, trials, { title: 'Where the trials were', best: 1 }),
    trialCurves: trialCurves(trials, { title: 'How the trials learned' }),
    seedSpread: seedSpread(
      [
        { name: 'made by hand', accuracies: [0.931, 0.934, 0.932] },
        { name: 'found by the search', accuracies: [0.936, 0.939, 0.938] },
      ],
      { title: 'Three seeds each' },
    ),
  };
}
