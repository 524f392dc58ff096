/** Which images are nearest to which, by brute force in blocks of matrix products. */
import { tf } from './backend';
import { classNames, type Split } from './dataset';
import { imagePixels } from './idx';
import { pixelRows } from './image-tensor';
import { placesOfClasses, selectImages } from './samples';
import { sum } from './statistics';

/** For each image of one part, its nearest image of each class in another part. */
export interface ClassNeighbours {
  queries: Split;
  references: Split;
  /** Row: query; column: class. Root mean square, in grey levels; infinite if a class is empty. */
  differences: Float32Array[];
  /** Row: query; column: class. The neighbour's place in `references`; -1 if a class is empty. */
  places: Int32Array[];
}

/** Images of one class, ready to be compared with: [count, 784], and half their squared lengths. */
interface References {
  images: tf.Tensor2D;
  halves: tf.Tensor1D;
}

/** Queries compared at a time: with 5,000 references, 20 MB of products. */
const blockSize = 1000;

/**
 * Returns the nearest of `references` in each class for each of `queries`: the two must not share
 * images, or an image is its own neighbour. 10,000 queries and 50,000 references take seconds.
 */
export function nearestOfClasses(queries: Split, references: Split): ClassNeighbours {
  const members = placesOfClasses(references);
  const places = Array.from(queries.labels, () => new Int32Array(members.length).fill(-1));
  tf.tidy(() => {
    const classes = members.map((places) => prepare(selectImages(references, places)));
    for (let start = 0; start < queries.count; start += blockSize) {
      const block = queries.images.subarray(start * imagePixels, (start + blockSize) * imagePixels);
      nearestOfBlock(block, classes).forEach((nearest, label) => {
        nearest.forEach((position, row) => {
          places[start + row][label] = members[label][position];
        });
      });
    }
  });
  const differences = places.map((row, query) =>
    Float32Array.from(row, (place) => difference(queries, query, references, place)),
  );
  return { queries, references, differences, places };
}

function prepare({ images }: Split): References {
  const pixels = pixelRows(images);
  return { images: pixels, halves: tf.div(tf.sum(tf.square(pixels), 1), 2) };
}

/**
 * Returns the position of the nearest image of each class for each image of a block; nothing for an
 * empty class. |a - b|² is smallest where a·b - |b|²/2 is largest: one matrix product a class.
 */
function nearestOfBlock(block: Uint8Array, classes: References[]): Int32Array[] {
  return tf.tidy(() => {
    const queries = pixelRows(block);
    return classes.map(({ images, halves }) => {
      if (images.shape[0] === 0) return new Int32Array();
      const products = tf.matMul(queries, images, false, true);
      const nearest = tf.argMax(tf.sub(products, halves), 1);
      products.dispose();
      return nearest.dataSync<'int32'>();
    });
  }) as unknown as Int32Array[];
}

/**
 * Returns the nearest images of each image, itself first, and how far they are (Euclidean, in grey levels).
 *
 * @param images n × 784 bytes
 * @param count how many, the image itself included
 */
export function nearestImages(images: Uint8Array, count: number) {
  const [places, distances]: number[][][] = [[], []];
  tf.tidy(() => {
    const pixels = pixelRows(images);
    const lengths = tf.sum(tf.square(pixels), 1);
    for (let start = 0; start < pixels.shape[0]; start += blockSize) {
      const block = tf.tidy(() => nearestToBlock({ pixels, lengths }, start, count));
      places.push(...block.places);
      distances.push(...block.distances);
    }
  });
  return { places, distances };
}

/** The same for the images of a block: all at once would take the memory of all pairs, several times. */
function nearestToBlock(
  { pixels, lengths }: { pixels: tf.Tensor2D; lengths: tf.Tensor },
  start: number,
  count: number,
) {
  const rows = pixels.shape[0];
  const size = Math.min(blockSize, rows - start);
  const column = (values: tf.Tensor) => tf.reshape(tf.slice(values, start, size), [size, 1]);
  const block = tf.slice(pixels, start, size);
  const products = tf.mul(tf.matMul(block, pixels, false, true), -2);
  const squares = tf.relu(tf.add(tf.add(products, column(lengths)), lengths));
  // Rounding keeps an image from itself, and it would not be its own nearest one.
  const all = tf.range(0, rows);
  const isOther = tf.cast(tf.notEqual(column(all), all), 'float32');
  const { values, indices } = tf.topk(tf.neg(tf.mul(squares, isOther)), count);
  return {
    places: indices.arraySync() as number[][],
    distances: tf.sqrt(tf.neg(values)).arraySync() as number[][],
  };
}

/** Returns the root mean square difference of two images, from their bytes; infinite without one. */
function difference(one: Split, place: number, other: Split, otherPlace: number): number {
  if (otherPlace < 0) return Number.POSITIVE_INFINITY;
  let sum = 0;
  for (let pixel = 0; pixel < imagePixels; pixel++) {
    const first = one.images[place * imagePixels + pixel];
    sum += (first - other.images[otherPlace * imagePixels + pixel]) ** 2;
  }
  return Math.sqrt(sum / imagePixels);
}

/** Returns the class of the nearest neighbour of each query; the lower one of equally near classes. */
export function nearestLabels({ differences }: ClassNeighbours): Uint8Array {
  return Uint8Array.from(differences, (row) => row.indexOf(Math.min(...row)));
}

/** Returns which share of each class's queries (row) has its nearest neighbour in each class (column). */
export function neighbourShares(neighbours: ClassNeighbours): number[][] {
  const { labels } = neighbours.queries;
  const counts = classNames.map(() => new Array<number>(classNames.length).fill(0));
  nearestLabels(neighbours).forEach((nearest, query) => {
    counts[labels[query]][nearest]++;
  });
  return counts.map((row) => {
    const total = sum(row);
    return row.map((count) => count / (total || 1));
  });
}
