import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { leaderboard, reliabilityDiagram, robustnessChart } from '../lib/plot-evaluation';
import { lineChart } from '../lib/plot-lines';
import { confusionMatrix, heatmap } from '../lib/plot-matrices';
import { spreadChart } from '../lib/plot-spread';
import { learningCurves } from '../lib/plot-training';
import { type Axis, barChart, histogram, scatter, short } from '../lib/plots';
import { description, type Figure, wrapLabel } from '../lib/theme';
import { exampleFigures } from './support/figures';

type Trace = Record<string, unknown>;

const traces = (figure: Figure) => figure.data as unknown as Trace[];
const value = { title: 'images' };

for (const [name, figure] of Object.entries(exampleFigures())) {
  test(`${name} returns a figure that survives JSON unchanged`, () => {
    assert.deepEqual(JSON.parse(JSON.stringify(figure)), figure);
  });

  test(`${name} says in words what it shows, numbers included`, () => {
    assert.match(description(figure), /^[A-Z].+[.?] (?=.*\d)[A-Z\d].*\.$/);
  });
}

test('barChart(names, values) draws one bar a name, typed arrays as plain numbers', () => {
  const figure = barChart(['Coat', 'Bag'], new Float32Array([3, 5]), { title: 'Counts', value });
  assert.deepEqual(traces(figure)[0].x, [3, 5]);
  assert.deepEqual(traces(figure)[0].y, ['Coat', 'Bag']);
  assert.equal(description(figure), 'Counts. 2 bars, from Coat with 3 to Bag with 5.');
});

test('barChart(names, values) refuses values without names, and no values', () => {
  assert.throws(() => barChart(['Coat'], [1, 2], { title: 'Counts', value }), /1 and 2.*pairs/);
  assert.throws(() => barChart([], [], { title: 'Counts', value }), /at least one value/);
});

test('histogram(values) counts every value once', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 }),
      fc.integer({ min: 1, max: 40 }),
      (values, bins) => {
        const figure = histogram(values, { title: 'Values', value, bins });
        const counts = traces(figure)[0].y as number[];
        assert.equal(counts.length, bins);
        assert.equal(
          counts.reduce((sum, count) => sum + count, 0),
          values.length,
        );
      },
    ),
  );
});

test('histogram(values) puts the largest value into the last bin', () => {
  const figure = histogram([0, 1, 2, 3, 4], { title: 'Values', value, bins: 2 });
  assert.deepEqual(traces(figure)[0].y, [2, 3]);
});

test('lineChart(lines) draws the spread as a band around the line', () => {
  const line = { name: 'loss', x: [1, 2], y: [5, 7], spread: [1, 2] };
  const figure = lineChart([line], { title: 'Loss', x: value, y: value });
  assert.deepEqual(traces(figure)[0].x, [1, 2, 2, 1]);
  assert.deepEqual(traces(figure)[0].y, [6, 9, 5, 4]);
  assert.deepEqual(traces(figure)[1].y, [5, 7]);
});

test('lineChart(lines) says no spread where there is none', () => {
  const line = { name: 'loss', x: [1, 2], y: [0.5, 0.7], spread: [0.01, 0] };
  const percent = { title: 'accuracy', format: '.1%' };
  const [, curve] = lineChart([line], { title: 'Loss', x: value, y: percent }).data;
  assert.deepEqual((curve as { customdata: string[] }).customdata, [' ± 1.00%', '']);
});

test('lineChart(lines) draws no two of many lines alike', () => {
  const lines = Array.from({ length: 12 }, (_, index) => ({
    name: `the line number ${index}`,
    x: [1, 2],
    y: [index, index],
  }));
  const drawn = traces(lineChart(lines, { title: 'Many', x: value, y: value })) as {
    line: { color: string; dash: string };
    marker: { symbol: string };
  }[];
  assert.equal(new Set(drawn.map(({ line }) => `${line.color} ${line.dash}`)).size, 12);
  const withoutColour = drawn.map(({ line, marker }) => `${line.dash} ${marker.symbol}`);
  assert.equal(new Set(withoutColour).size, 12);
});

test('lineChart(lines) writes the place that is pointed at in the unit of its axis', () => {
  const line = { name: 'kept', x: [0.010000000000000009, 0.5], y: [0.944, 0.999] };
  const title = (axis: Axis) => {
    const { xaxis } = lineChart([line], { title: 'Kept', x: axis, y: value }).layout;
    return (xaxis as { unifiedhovertitle: { text: string } }).unifiedhovertitle.text;
  };
  assert.equal(title({ title: 'share', format: '.0%' }), 'share: %{x:.1%}');
  assert.equal(title({ title: 'work', logarithmic: true }), 'work: %{x:.3s}');
  assert.equal(title({ title: 'epoch' }), 'epoch: %{x:,.5~r}');
});

test('lineChart(lines) writes short names beside the lines, and long ones into a legend', () => {
  const chart = (names: string[]) =>
    lineChart(
      names.map((name) => ({ name, x: [1, 2], y: [5, 7] })),
      { title: 'Loss', x: value, y: value },
    ).layout;
  const short = chart(['first', 'second']);
  assert.equal(short.showlegend, false);
  assert.equal(short.annotations?.length, 2);
  const long = chart(['first', 'the second of two trainings']);
  assert.equal(long.showlegend, true);
  assert.equal(long.annotations, undefined);
});

test('lineChart(lines) says shares in percent, in words and where one points', () => {
  const line = { name: 'kept', x: [0, 0.5], y: [0.944, 0.999] };
  const percent = { title: 'accuracy', format: '.1%' };
  const figure = lineChart([line], { title: 'Kept', x: percent, y: percent });
  assert.equal(description(figure), 'Kept. From left to right, kept from 94.4 % to 99.9 %.');
  assert.equal(figure.layout.yaxis?.hoverformat, '.2%');
});

test('learningCurves(history) has a tick at whole epochs only', () => {
  const history = (epochs: number) =>
    Array.from({ length: epochs }, (_, index) => ({ epoch: index + 1, loss: 1, accuracy: 0.5 }));
  const step = (epochs: number) => learningCurves(history(epochs)).layout.xaxis?.dtick;
  assert.deepEqual([1, 4, 10, 12, 32, 400].map(step), [1, 1, 1, 2, 5, 50]);
});

for (const [low, high] of [
  [1e-5, 2e-5],
  [0.4, 30],
  [2e7, 5e8],
]) {
  test(`lineChart(lines) has ticks between ${low} and ${high} on a logarithmic axis`, () => {
    const x = { title: 'multiply-adds', logarithmic: true };
    const lines = [{ name: 'one', x: [low, high], y: [1, 2] }];
    const { xaxis } = lineChart(lines, { title: 'Cost', x, y: { title: 'accuracy' } }).layout;
    const all = Array.from(xaxis?.tickvals ?? [], Number);
    const ticks = all.filter((tick) => tick >= low && tick <= high);
    assert.ok(ticks.length > 1, `${ticks}`);
  });
}

test('lineChart(lines) writes names at the ends of lines on a logarithmic axis too', () => {
  const lines = ['one', 'two'].map((name) => ({ name, x: [10, 1000], y: [1, 2] }));
  const figure = lineChart(lines, { title: 'Loss', x: { ...value, logarithmic: true }, y: value });
  assert.deepEqual(
    figure.layout.annotations?.map(({ x }) => x),
    [3, 3],
  );
});

test('lineChart(lines) marks an axis in the steps it is given', () => {
  const line = { name: 'loss', x: [1, 2], y: [5, 7] };
  const figure = lineChart([line], { title: 'Loss', x: { ...value, step: 1 }, y: value });
  assert.equal(figure.layout.xaxis?.dtick, 1);
  assert.equal(figure.layout.yaxis?.dtick, undefined);
});

test('learningCurves(history) leaves out what was not measured', () => {
  const rows = [
    { epoch: 1, loss: 2, accuracy: 0.5 },
    { epoch: 2, loss: 1, accuracy: 0.7, validationAccuracy: 0.6 },
  ];
  const drawn = traces(learningCurves(rows)).map(({ name, x, yaxis }) => [name, x, yaxis]);
  assert.deepEqual(drawn, [
    ['training', [1, 2], 'y'],
    ['validation', [2], 'y'],
    ['training', [1, 2], 'y2'],
  ]);
});

test('learningCurves([]) is an empty figure, not an error', () => {
  assert.deepEqual(learningCurves([]).data, []);
});

test('scatter(points) gives each class its own colour and mark', () => {
  const points = { x: [1, 2, 3], y: [4, 5, 6], labels: new Uint8Array([1, 0, 1]) };
  const figure = scatter(points, { title: 'Map', classNames: ['Coat', 'Bag'], x: value, y: value });
  const [coats, bags] = traces(figure);
  assert.deepEqual([coats.x, bags.x], [[2], [1, 3]]);
  assert.notDeepEqual(coats.marker, bags.marker);
});

test('scatter({ images }) gives each point the picture of its own image', () => {
  const [black, white] = [new Uint8Array(4), new Uint8Array(4).fill(255)];
  const points = { x: [1, 2, 3], y: [1, 2, 3], labels: [1, 0, 1], images: [black, white, white] };
  const figure = scatter(points, {
    title: 'Map',
    classNames: ['Coat', 'Bag', 'Dress'],
    x: value,
    y: value,
  });
  const greys = traces(figure).map(({ customdata }) => [
    ...Buffer.from((customdata as { bdata: string } | undefined)?.bdata ?? '', 'base64'),
  ]);
  assert.deepEqual(greys, [[100], [0, 100], []]);
});

test('robustnessChart(curves) draws shares, and says of each step what was done', () => {
  const curve = {
    name: 'Blur',
    texts: ['Blur: none', 'Blur: 1 pixel'],
    correct: [9, 6],
    total: 10,
  };
  const figure = robustnessChart([curve]);
  const [line] = traces(figure);
  assert.deepEqual(line.y, [0.9, 0.6]);
  assert.match((line.text as string[])[1], /^Blur: 1 pixel: 60\.0 % \(95 %: 31\.3 % to 83\.2 %\)$/);
  assert.match(description(figure), /10 images, 90\.0 % as they are.*Blur 60\.0 %/);
});

test('confusionMatrix(matrix) keeps right and wrong apart', () => {
  const figure = confusionMatrix(
    [new Int32Array([9, 1]), new Int32Array([0, 10])],
    ['Coat', 'Bag'],
  );
  const [right, wrong] = traces(figure);
  assert.deepEqual(right.z, [
    [9, null],
    [null, 10],
  ]);
  assert.deepEqual(wrong.z, [
    [null, 1],
    [null, null],
  ]);
  const words =
    '95.0 % of 20 images are recognised. The most frequent mistake: Coat taken for Bag, 1 times.';
  assert.ok(description(figure).endsWith(words));
});

test('heatmap(values) writes shares without their leading zero', () => {
  const options = { title: 'Alike', columns: ['a', 'b'], rows: ['c'], value: 'correlation' };
  const texts = traces(heatmap([[0.5, 1]], options)).flatMap((trace) => trace.text ?? []);
  assert.deepEqual(texts, ['.50', '1.00']);
});

test('heatmap(values) leaves cells empty that are null, and names its axes', () => {
  const options = { title: 'Alike', columns: ['a', 'b'], rows: ['c'], value: 'of c' };
  const axes = { columns: 'class of the neighbour', rows: 'class' };
  const figure = heatmap([[null, 0.5]], { ...options, axes });
  const [{ z, customdata }] = traces(figure) as unknown as { z: object; customdata: object }[];
  assert.deepEqual([z, customdata], [[[null, 0.5]], [['', 'c, b: .50 of c']]]);
  const { xaxis, yaxis } = figure.layout as { xaxis: object; yaxis: object };
  assert.deepEqual(
    [xaxis, yaxis].map((axis) => (axis as { title: { text: string } }).title.text),
    ['class of the neighbour', 'class'],
  );
});

test('reliabilityDiagram(bins) leaves out empty bins and tells the mean gap', () => {
  const figure = reliabilityDiagram([
    { from: 0, to: 0.5, count: 0, confidence: 0, accuracy: 0 },
    { from: 0.5, to: 1, count: 10, confidence: 0.9, accuracy: 0.8 },
  ]);
  assert.deepEqual(traces(figure)[0].y, [0.8]);
  // Wilson's interval of 8 among 10 is 0.490 to 0.943.
  const { array, arrayminus } = traces(figure)[0].error_y as Record<string, number[]>;
  assert.ok(Math.abs(array[0] - 0.1433) < 1e-3 && Math.abs(arrayminus[0] - 0.3098) < 1e-3);
  assert.match(description(figure), /differ by 10\.0 % on average, in 2 bins/);
});

test('leaderboard(entries) has whiskers to the ends of each interval', () => {
  const figure = leaderboard([{ name: 'ours', value: 0.5, low: 0.25, high: 1, ours: true }], {
    title: 'Results',
  });
  const whiskers = traces(figure)[0].error_x as Trace;
  assert.deepEqual([whiskers.arrayminus, whiskers.array], [[0.25], [0.5]]);
});

test('wrapLabel(text, width) breaks between words and never loses one', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 }), (words) => {
      const lines = wrapLabel(words.join(' '), 15).split('<br>');
      assert.equal(lines.join(' '), words.join(' '));
      assert.ok(lines.every((line) => line.length <= 15));
    }),
  );
});

for (const [number, text] of [
  [1234567, '1,234,567'],
  [0.123456, '0.123'],
  [0, '0'],
] as const) {
  test(`short(${number}) is ${text}`, () => assert.equal(short(number), text));
}

test('spreadChart(groups) draws every value, and the mean and deviation of each group', () => {
  const groups = [
    { name: 'without', values: [1, 3] },
    { name: 'with', values: new Float32Array([4]) },
  ];
  const figure = spreadChart(groups, { title: 'Seeds', value, reference: 'without' });
  const [singles, means] = traces(figure);
  assert.deepEqual(singles.x, [1, 3, 4]);
  assert.deepEqual(singles.y, ['without', 'without', 'with']);
  assert.deepEqual(means.x, [2, 4]);
  assert.deepEqual((means.error_x as { array: number[] }).array, [Math.SQRT2, 0]);
  assert.equal((figure.layout.shapes as { x0: number }[])[0].x0, 2);
  assert.equal(description(figure), 'Seeds. Means: without 2; with 4.');
});

test('spreadChart(groups) refuses no groups, an empty one, and an unknown reference', () => {
  const options = { title: 'Seeds', value };
  assert.throws(() => spreadChart([], options), /at least one value in each group\.$/);
  assert.throws(() => spreadChart([{ name: 'a', values: [] }], options), /'a' has none/);
  assert.throws(
    () => spreadChart([{ name: 'a', values: [1] }], { ...options, reference: 'b' }),
    /no group 'b'.*expected one of a/,
  );
});
