import assert from 'node:assert/strict';
import test from 'node:test';
import {
  classColours,
  classSymbols,
  colours,
  description,
  figure,
  lineColours,
} from '../lib/theme';
import { contrast, leastDistance } from './support/colours';

/** The pages that charts are drawn on: white, a report's dark page, JupyterLab's dark page. */
const pages = ['#ffffff', '#14171a', '#111111'];

function pairsOf(names: readonly string[]): [string, string][] {
  return names.flatMap((one, index) =>
    names.slice(index + 1).map((other): [string, string] => [one, other]),
  );
}

test('contrast(first, second) and leastDistance(first, second) know black, white and red-green', () => {
  assert.ok(Math.abs(contrast('#000000', '#ffffff') - 21) < 1e-9);
  assert.ok(Math.abs(leastDistance('#000000', '#ffffff') - 100) < 0.1);
  // A green and a red of one lightness, the pair that is taken for one colour most often.
  assert.ok(leastDistance('#c0504d', '#6f8433') < 8);
});

test('lineColours can be seen on every page', () => {
  for (const colour of lineColours) {
    for (const page of pages) assert.ok(contrast(colour, page) >= 3, `${colour} on ${page}`);
  }
});

test('lineColours stay apart for colour-blind readers', () => {
  for (const [one, other] of pairsOf(lineColours)) {
    assert.ok(leastDistance(one, other) > 10, `${one} and ${other}`);
  }
});

test('colours that a chart sets against each other stay apart, and can be seen', () => {
  for (const [one, other] of [
    [colours.training, colours.validation],
    [colours.right, colours.wrong],
    [colours.emphasis, colours.quiet],
  ]) {
    assert.ok(leastDistance(one, other) > 10, `${one} and ${other}`);
    for (const page of pages) assert.ok(Math.min(contrast(one, page), contrast(other, page)) >= 3);
  }
});

test('classColours stay apart for colour-blind readers, and their marks differ', () => {
  for (const [one, other] of pairsOf(classColours)) {
    assert.ok(leastDistance(one, other) > 6, `${one} and ${other}`);
  }
  assert.equal(new Set(classColours).size, 10);
  assert.equal(new Set(classSymbols).size, 10);
});

test('figure(data, text) never offers to send its data to somebody', () => {
  const { config } = figure([], { title: 'Map', description: 'Ten points.' });
  assert.ok(config.modeBarButtonsToRemove?.includes('sendChartToCloud'));
});

test('description(figure) joins title and words into sentences', () => {
  const words = (title: string) => description(figure([], { title, description: 'Ten points.' }));
  assert.equal(words('A map'), 'A map. Ten points.');
  assert.equal(words('A map?'), 'A map? Ten points.');
});
