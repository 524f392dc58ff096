import assert from 'node:assert/strict';
import test from 'node:test';
import { hoverThumbnails } from '../lib/thumbnails';

/** Returns what plotly reads from its packed form. */
function unpack(customdata: unknown): { shape: string; greys: number[] } {
  const { dtype, bdata, shape } = customdata as Record<string, string>;
  assert.equal(dtype, 'u1');
  return { shape, greys: [...Buffer.from(bdata, 'base64')] };
}

test('hoverThumbnails(images) holds the mean grey of each four pixels, 0 to 100', () => {
  const image = [0, 0, 255, 255, 0, 0, 255, 255, 255, 0, 51, 51, 0, 0, 51, 51];
  const { customdata, hovertemplate } = hoverThumbnails([image, image.map((grey) => 255 - grey)]);
  assert.deepEqual(unpack(customdata), { shape: '2,4', greys: [0, 100, 25, 20, 100, 0, 75, 80] });
  assert.match(hovertemplate, /%\{text\}/);
  const places = [...hovertemplate.matchAll(/customdata\[(\d+)\]/g)].map(([, place]) => place);
  assert.deepEqual(places, ['0', '1', '2', '3']);
  // One line for the text, two for the picture.
  assert.equal(hovertemplate.split('<br>').length, 3);
});

test('hoverThumbnails(images) refuses what has no middle, or different sizes', () => {
  for (const images of [[], [new Uint8Array(9)], [new Uint8Array(16), new Uint8Array(4)]]) {
    assert.throws(() => hoverThumbnails(images), /all square, of one even side/);
  }
});
