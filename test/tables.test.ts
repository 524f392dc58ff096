import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { frame } from '../lib/frame';
import { tableHtml, tableText } from '../lib/tables';

/** Returns the texts of the cells of a table's body. */
function cells(html: string): string[] {
  return [...html.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map((match) => match[1]);
}

test('tableHtml(frame) shows a danfo frame with numbers to the right', () => {
  const html = tableHtml(frame({ class: ['Coat', 'Bag'], images: new Int32Array([6000, 12]) }));
  assert.deepEqual(cells(html), ['Coat', '6,000', 'Bag', '12']);
  assert.match(
    html,
    /<th scope="col" style="text-align:left[^>]*>class<.*text-align:right[^>]*>images</s,
  );
});

test('tableHtml(rows) takes plain rows, also with keys that only some have', () => {
  assert.deepEqual(cells(tableHtml([{ a: 1 }, { b: 'x' }])), ['1', '–', '–', 'x']);
});

test('tableHtml(rows) escapes names, texts and captions', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const html = tableHtml([{ [`<${text}`]: `<img src=x>${text}` }], { caption: `<b>${text}` });
      assert.doesNotMatch(html, /<img|<b>/);
    }),
  );
});

test('tableHtml(rows, limits) says in the caption what it hides', () => {
  const rows = Array.from({ length: 1500 }, (_, index) => ({ a: index, b: 1, c: 2 }));
  const html = tableHtml(rows, { caption: 'All', rows: 2, columns: 1 });
  assert.deepEqual(cells(html), ['0', '1']);
  assert.match(html, />All \(2 of 1,500 rows and 1 of 3 columns shown\)</);
});

for (const { title, values, options, texts } of [
  { title: 'three digits of the largest', values: [45.678, 1.2], texts: ['45.7', '1.2'] },
  { title: 'at most four decimals', values: [0.0123456, 0.001], texts: ['0.0123', '0.0010'] },
  { title: 'three digits of tiny numbers', values: [0.0001234, 0], texts: ['0.000123', '0.00'] },
  {
    title: 'on which side of zero what would be written as zero is',
    values: [1.25, 0.003, -0.003, 0],
    texts: ['1.25', '< 0.01', '> −0.01', '0.00'],
  },
  {
    title: 'percent',
    values: [0.93124, 1],
    options: { percent: ['v'] },
    texts: ['93.12 %', '100.00 %'],
  },
  {
    title: 'given decimals',
    values: [1, 2.5],
    options: { digits: { v: 1 } },
    texts: ['1.0', '2.5'],
  },
  { title: 'a dash for what is missing', values: [1, null, Number.NaN], texts: ['1', '–', '–'] },
  { title: 'booleans as words', values: [true, false], texts: ['yes', 'no'] },
]) {
  test(`tableText(rows) writes ${title}`, () => {
    const rows = values.map((value) => ({ v: value }));
    const lines = tableText(rows, options).split('\n').slice(2);
    assert.deepEqual(
      lines.map((line) => line.trim()),
      texts,
    );
  });
}

test('tableText(rows) aligns its columns', () => {
  const text = tableText([
    { class: 'Coat', images: 5 },
    { class: 'Ankle boot', images: 6000 },
  ]);
  assert.equal(text.split('\n')[2], 'Coat             5');
});

test('tableHtml([]) is an empty table, not an error', () => {
  assert.deepEqual(cells(tableHtml([])), []);
});

test('frame(columns) keeps texts that look like numbers', () => {
  const made = frame({ code: ['01', '02'], share: new Float32Array([0.5, 1]) });
  assert.deepEqual(made.values, [
    ['01', 0.5],
    ['02', 1],
  ]);
  assert.deepEqual(made.dtypes, ['string', 'float32']);
});

test('frame(columns) allows names of statistics, and groups by a column', () => {
  const made = frame({ class: ['a', 'b', 'a'], mean: [1, 2, 3] });
  assert.deepEqual(made.groupby(['class']).col(['mean']).sum().values, [
    ['a', 4],
    ['b', 2],
  ]);
});

test('frame(columns) refuses names that danfo keeps for itself', () => {
  for (const name of ['shape', 'values', 'columns', 'index']) {
    assert.throws(() => frame({ [name]: [1] }), new RegExp(`'${name}'`));
  }
});

test('frame(columns) refuses columns of different lengths', () => {
  assert.throws(() => frame({ a: [1, 2], b: [1] }), /'b' has 1 values, 'a' has 2/);
});
