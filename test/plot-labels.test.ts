import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { canLabelEnds, endLabels, spread } from '../lib/plot-labels';

test('spread(heights, pixels) leaves heights alone that are apart', () => {
  assert.deepEqual(spread([100, 20, 60], 200), [100, 20, 60]);
});

test('spread(heights, pixels) moves equal heights apart, and the topmost down into the chart', () => {
  assert.deepEqual(spread([50, 50], 200), [50, 65]);
  assert.deepEqual(spread([200, 199], 200), [192.5, 177.5]);
});

test('spread(heights, pixels) keeps the order, a line of room, and the top', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 5 }), (heights) => {
      const placed = spread(heights, 300);
      const order = heights.map((_, index) => index).sort((a, b) => placed[a] - placed[b]);
      order.slice(1).forEach((index, rank) => {
        assert.ok(placed[index] - placed[order[rank]] >= 15 - 1e-9);
        assert.ok(heights[index] >= heights[order[rank]]);
      });
      assert.ok(placed.every((height) => height <= 292.5));
    }),
  );
});

test('endLabels(ends, axes) writes each name at the end of its line, with a dot in its colour', () => {
  const ends = [{ name: 'training', x: 4, y: 0.5, colour: '#3f90da' }];
  const [label] = endLabels(ends, { range: [0, 1], pixels: 100, yaxis: 'y2' });
  assert.equal(label.text, '<span style="color:#3f90da">●</span> training');
  assert.deepEqual([label.x, label.y, label.yref, label.yshift], [4, 0.5, 'y2', 0]);
});

for (const { names, can } of [
  { names: ['training', 'validation'], can: true },
  { names: ['alone'], can: false },
  { names: ['a', 'b', 'c', 'd', 'e', 'f'], can: false },
  { names: ['a', 'a name that is too long'], can: false },
]) {
  test(`canLabelEnds(${JSON.stringify(names)}) is ${can}`, () => {
    assert.equal(canLabelEnds(names), can);
  });
}
