/** Images that are in the data set twice: exactly, or with a small difference. */
import { imagePixels } from './idx';
import { principalComponents, project } from './principal-components';

/** Two images, by their places in an array of bytes, the smaller first. */
export interface ClosePlaces {
  first: number;
  second: number;
  /** Root mean square difference of the pixels, in grey levels: 0 for exact duplicates. */
  difference: number;
}

/** Principal components that rule out most pairs: for FashionMNIST all but one in thousands. */
const dimensions = 24;

/** More than rounding can change a distance between two projections. */
const roundingSlack = 1;

/** More pairs than anybody looks at, before they fill the memory. */
const MOST = 1_000_000;

/**
 * Returns all pairs of images of 784 bytes that differ by at most `limit` grey levels, root mean square,
 * the closest first. None is missed: a projection never lengthens a distance, so only pairs that are
 * close along the principal components are compared pixel by pixel. 60,000 images and a limit of 10
 * take a few seconds; the time grows fast with the limit.
 *
 * @throws if the limit is no number of at least 0, or so large that a million pairs are within it
 */
export function closePlaces(images: Uint8Array, limit: number): ClosePlaces[] {
  if (!(limit >= 0)) throw new Error(`The limit is ${limit}: expected a number of at least 0.`);
  const { order, positions } = sortedProjections(images);
  const reach = limit * Math.sqrt(imagePixels) + roundingSlack;
  const pairs: ClosePlaces[] = [];
  for (let place = 0; place < order.length; place++) {
    const start = place * dimensions;
    for (let other = start + dimensions; other < positions.length; other += dimensions) {
      // Sorted by the first component: all that follow are farther away.
      if (positions[other] - positions[start] > reach) break;
      if (isFarther(positions, start, other, reach ** 2)) continue;
      const pair = compare(images, order[place], order[other / dimensions]);
      if (pair.difference <= limit) pairs.push(pair);
      if (pairs.length > MOST) {
        throw new Error(
          `More than ${MOST.toLocaleString('en')} pairs differ by at most ${limit}: take a smaller limit.`,
        );
      }
    }
  }
  return pairs.sort((one, other) => one.difference - other.difference || one.first - other.first);
}

/** Returns the images' places by their first component, and in that order all components of each. */
function sortedProjections(images: Uint8Array) {
  const columns = project(images, principalComponents(images, dimensions));
  const [first] = columns;
  const order = Int32Array.from(first.keys()).sort((one, other) => first[one] - first[other]);
  const positions = new Float32Array(order.length * dimensions);
  order.forEach((place, position) => {
    columns.forEach((column, dimension) => {
      positions[position * dimensions + dimension] = column[place];
    });
  });
  return { order, positions };
}

/** Tells whether two projections, by where they start, are farther apart than a squared distance. */
function isFarther(positions: Float32Array, one: number, other: number, squared: number): boolean {
  let distance = 0;
  for (let dimension = 0; dimension < dimensions && distance <= squared; dimension++) {
    distance += (positions[one + dimension] - positions[other + dimension]) ** 2;
  }
  return distance > squared;
}

/** Returns two images as a pair, with their difference from the bytes themselves. */
function compare(images: Uint8Array, one: number, other: number): ClosePlaces {
  let sum = 0;
  for (let pixel = 0; pixel < imagePixels; pixel++) {
    sum += (images[one * imagePixels + pixel] - images[other * imagePixels + pixel]) ** 2;
  }
  return {
    first: Math.min(one, other),
    second: Math.max(one, other),
    difference: Math.sqrt(sum / imagePixels),
  };
}
