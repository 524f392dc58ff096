import assert from 'node:assert/strict';
import test from 'node:test';
import { tf } from '../lib/backend';
import { imagePixels } from '../lib/idx';
import { principalComponents, project, walk } from '../lib/principal-components';
import { createRandom } from '../lib/random';

/**
 * 400 images around grey level 100 whose left half varies together by ±60 (even) and whose right half
 * by ±20: two known directions at right angles.
 */
function twoDirections(): Uint8Array {
  const random = createRandom(1);
  const images = new Uint8Array(400 * imagePixels);
  for (let image = 0; image < 400; image++) {
    const left = 100 + 120 * (random.uniform() - 0.5);
    const right = 100 + 40 * (random.uniform() - 0.5);
    for (let pixel = 0; pixel < imagePixels; pixel++) {
      images[image * imagePixels + pixel] = Math.round(pixel % 28 < 14 ? left : right);
    }
  }
  return images;
}

const images = twoDirections();
const components = principalComponents(images, 3);

test('principalComponents(images, count) finds the directions that images were made of', () => {
  const [first, second] = components.directions;
  const weight = 1 / Math.sqrt(imagePixels / 2);
  for (let pixel = 0; pixel < imagePixels; pixel++) {
    const isLeft = pixel % 28 < 14;
    assert.ok(Math.abs(first[pixel] - (isLeft ? weight : 0)) < 0.01);
    assert.ok(Math.abs(Math.abs(second[pixel]) - (isLeft ? 0 : weight)) < 0.01);
  }
});

test('principalComponents(images, count) returns deviations and shares of the variance', () => {
  // The deviation of an even spread of width w is w / √12.
  const expected = [120, 40].map((width) => (width / Math.sqrt(12)) * Math.sqrt(imagePixels / 2));
  const [first, second, third] = components.deviations;
  assert.ok(Math.abs(first / expected[0] - 1) < 0.1, `${first}`);
  assert.ok(Math.abs(second / expected[1] - 1) < 0.1, `${second}`);
  assert.ok(third < 1, `${third}`);
  assert.ok(Math.abs(components.explained[0] + components.explained[1] - 1) < 1e-3);
});

test('principalComponents(images, count) points each direction so that its largest value is positive', () => {
  for (const direction of components.directions) {
    const largest = direction.reduce((most, one) => (Math.abs(one) > Math.abs(most) ? one : most));
    assert.ok(largest > 0);
  }
});

test('principalComponents(images, count) refuses a count that there cannot be', () => {
  for (const count of [0, 785, 1.5]) {
    assert.throws(() => principalComponents(images, count), /whole number, 1 to 784/);
  }
});

test('project(images, components) has mean 0 and the deviation of each component', () => {
  const made = project(images, components).slice(0, 2);
  made.forEach((positions, component) => {
    const mean = positions.reduce((sum, one) => sum + one, 0) / positions.length;
    const variance = positions.reduce((sum, one) => sum + one ** 2, 0) / positions.length;
    assert.ok(Math.abs(mean) < 0.1, `${mean}`);
    assert.ok(Math.abs(Math.sqrt(variance) / components.deviations[component] - 1) < 0.001);
  });
});

test('walk(components, component) goes from dark to bright through the mean', () => {
  const steps = walk(components, 0, { steps: 3, reach: 1 });
  const spread = components.deviations[0] / Math.sqrt(imagePixels / 2);
  const expected = [-spread, 0, spread].map((move) => components.mean[0] + move);
  steps.forEach((image, step) => {
    assert.ok(Math.abs(image[0] - expected[step]) < 1.5, `${image[0]} ${expected[step]}`);
  });
});

test('walk(components, component) cuts off what is darker than black or brighter than white', () => {
  const [dark, , bright] = walk(components, 0, { steps: 3, reach: 10 });
  assert.equal(dark[0], 0);
  assert.equal(bright[0], 255);
});

test('principalComponents(images, count) and project(images, components) leave no tensor behind', () => {
  const before = tf.memory().numTensors;
  project(images, principalComponents(images, 2));
  assert.equal(tf.memory().numTensors, before);
});
