import assert from 'node:assert/strict';
import test from 'node:test';
import { mapImages } from '../lib/augmentation';
import type { View } from '../lib/graph/prediction-graph';
import {
  composeViews,
  identityView,
  mirroredAndShifted,
  mirrorView,
  shiftView,
  viewSet,
  viewSets,
} from '../lib/views';
import { runRows } from './support/augmentation';

const image = [
  [1, 2, 3],
  [4, 5, 6],
  [7, 8, 9],
];

function seen(view: View): number[][] {
  return runRows(mapImages(view), [image])[0];
}

test('identityView shows the image as it is, mirrorView() left and right exchanged', () => {
  assert.deepEqual(seen(identityView), image);
  assert.deepEqual(
    seen(mirrorView()),
    image.map((row) => [...row].reverse()),
  );
});

test('shiftView({ x, y }) moves right and down, and what comes in is black, or mirrored', () => {
  const down = [
    [0, 0, 0],
    [0, 1, 2],
    [0, 4, 5],
  ];
  assert.deepEqual(seen(shiftView({ x: 1, y: 1 })), down);
  assert.deepEqual(seen(shiftView({ x: 0, y: -1 })), [...image.slice(1), [0, 0, 0]]);
  assert.deepEqual(seen(shiftView({ x: 1, y: 1, padding: 'reflect' })), [
    [5, 4, 5],
    [2, 1, 2],
    [5, 4, 5],
  ]);
});

test('composeViews() applies views from left to right', () => {
  const right = shiftView({ x: 1, y: 0 });
  assert.deepEqual(seen(composeViews(mirrorView(), right))[0], [0, 3, 2]);
  assert.deepEqual(seen(composeViews(right, mirrorView()))[0], [2, 1, 0]);
});

test('mirroredAndShifted(1) gives six different views, each also mirrored first', () => {
  const views = mirroredAndShifted(1).map(seen);
  assert.equal(new Set(views.map(String)).size, 6);
  assert.deepEqual(views[2], seen(shiftView({ x: -1, y: -1 })));
  assert.deepEqual(views[3], seen(composeViews(mirrorView(), shiftView({ x: -1, y: -1 }))));
  assert.deepEqual(views[4], seen(shiftView({ x: 1, y: 1 })));
});

test('each set of views begins with the smaller ones', () => {
  const all = viewSets['mirrored-and-shifted'].map(seen);
  assert.deepEqual(viewSets.mirrored.map(seen), all.slice(0, 2));
  assert.deepEqual(viewSets.plain.map(seen), all.slice(0, 1));
});

test('viewSet(name) gives a set by its name, and an error that names the sets otherwise', () => {
  const sizes = Object.keys(viewSets).map((name) => viewSets[viewSet(name)].length);
  assert.deepEqual(sizes, [1, 2, 6]);
  assert.throws(() => viewSet('all'), /no views 'all': use plain, mirrored, mirrored-and-shifted/);
});

test('shiftView() throws a RangeError for parts of pixels', () => {
  assert.throws(() => shiftView({ x: 0.5, y: 0 }), /x: 0.5, y: 0 .*whole numbers of pixels/);
});
