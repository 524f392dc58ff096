/** Maps of images that keep neighbours together (UMAP). */
import { UMAP } from 'umap-js';
import { imagePixels } from './idx';
import { nearestImages } from './neighbours';
import { createRandom } from './random';

/** Where each image is on a map. */
export type Map2d = [x: Float32Array, y: Float32Array];

export interface UmapOptions {
  seed: number;
  /** Images that each one is tied to: few show small groups, many the large shape. */
  neighbours?: number;
  /** How close two points may lie on the map, where groups are a few units apart: 0 to 1. */
  closest?: number;
  /** Rounds in which the points are moved. */
  epochs?: number;
}

/**
 * Returns a map of images of 784 bytes each, where images that look alike lie together (McInnes, Healy &
 * Melville, "UMAP: Uniform manifold approximation and projection", 2018; by PAIR's umap-js). 2,500 images
 * take some seconds; the time grows with the square of their number. The same images, start and seed
 * give the same map.
 *
 * @param start a map to begin with: from the first two principal components, the result also keeps which
 *   groups are far apart (Kobak & Linderman, "Initialization is critical for preserving global data
 *   structure in both t-SNE and UMAP", 2021)
 * @throws if there are fewer than three images, or not as many as places to start at
 */
export function umap(
  images: Uint8Array,
  start: Map2d,
  { seed, neighbours = 15, closest = 0.1, epochs = 200 }: UmapOptions,
): Map2d {
  const count = images.length / imagePixels;
  if (!Number.isInteger(count) || count < 3) {
    throw new Error(`${images.length} bytes: expected at least three images of ${imagePixels}.`);
  }
  if (start.some(({ length }) => length !== count)) {
    throw new Error(`${count} images start at ${start[0].length} and ${start[1].length} places.`);
  }
  const nNeighbors = Math.min(neighbours, count - 1);
  const { places, distances } = nearestImages(images, nNeighbors);
  const { uniform } = createRandom(seed);
  const map = new UMAP({ nNeighbors, minDist: closest, nEpochs: epochs, random: uniform });
  map.setPrecomputedKNN(places, distances);
  // With the neighbours known, only the number of the rows counts.
  map.initializeFit(places);
  const points = map.getEmbedding();
  putAt(points, start);
  for (let epoch = 0; epoch < epochs; epoch++) map.step();
  return [Float32Array.from(points, ([x]) => x), Float32Array.from(points, ([, y]) => y)];
}

/** Moves the points to the places of a map, scaled to lie within −10 and 10: UMAP's own range. */
function putAt(points: number[][], [x, y]: Map2d) {
  const reach = Math.max(extent(x), extent(y)) || 1;
  points.forEach((point, place) => {
    point[0] = (10 * x[place]) / reach;
    point[1] = (10 * y[place]) / reach;
  });
}

function extent(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
