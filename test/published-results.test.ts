import assert from 'node:assert/strict';
import test from 'node:test';
import { compareWithPublished, publishedResults } from '../lib/published-results';

test('publishedResults are shares with a source and a note, the highest first, each name once', () => {
  for (const { name, accuracy, parameters, source, note } of publishedResults) {
    assert.ok(accuracy > 0.95 && accuracy < 1, name);
    assert.ok(parameters === undefined || parameters > 1e5, name);
    assert.match(source, /https:\/\/|arXiv:\d{4}\.\d{5}|\d{4}$/, name);
    assert.ok(note.endsWith('.'), name);
  }
  const accuracies = publishedResults.map(({ accuracy }) => accuracy);
  assert.deepEqual(accuracies, [...accuracies].sort().reverse());
  assert.equal(new Set(publishedResults.map(({ name }) => name)).size, publishedResults.length);
});

test('publishedResults mark those that their sources do not bear out', () => {
  const doubtful = publishedResults.filter(({ credible }) => !credible);
  assert.deepEqual(
    doubtful.map(({ name }) => name),
    ['CNN-3-128', 'WRN-40-4, README'],
  );
});

test('compareWithPublished(correct, total) tells noise from difference', () => {
  const compared = compareWithPublished(9660, 10_000);
  const by = (name: string) => {
    const row = compared.find((each) => each.name === name);
    assert.ok(row !== undefined, name);
    return row;
  };
  // statsmodels 0.15.0: proportions_ztest([9660, 9691], [10000, 10000])[1]
  const best = by('Fine-Tuned DARTS');
  assert.ok(Math.abs(best.probability - 0.21605225442833031) < 1e-12);
  assert.ok(Math.abs(best.difference + 0.0031) < 1e-12);
  assert.equal(best.withinNoise, true);
  assert.equal(by('WRN-40-4, Mish, CutMix').probability, 1);
  assert.equal(by('DENSER, evolved network').withinNoise, false);
});
