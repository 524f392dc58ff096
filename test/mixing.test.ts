import assert from 'node:assert/strict';
import test from 'node:test';
import { tf } from '../lib/backend';
import { randomStream } from '../lib/graph/random';
import { compileTraining } from '../lib/graph/training-graph';
import { cutmix, mixup } from '../lib/mixing';
import { copies, distance, run, type Shape, surprise, unevenness } from './support/augmentation';
import { batchAt, numbers, places, sampleData, smallModel, trainingOptions } from './support/graph';

/** Images of one grey each, and one class each. */
function greys(count: number, side: number) {
  const shape: Shape = [count, side, side, 1];
  const grey = (index: number) => index / count;
  const pixels = Array.from({ length: count * side * side }, (_, place) =>
    grey(Math.floor(place / side ** 2)),
  );
  const labels = Array.from({ length: count }, (_, row) =>
    Array.from({ length: count }, (_, column) => (row === column ? 1 : 0)),
  );
  return { pixels, shape, labels, grey };
}

test('mixup({ alpha }) blends each image and label with the next one, by the same share', () => {
  const { pixels, shape, labels, grey } = greys(8, 3);
  const mixed = run(mixup({ alpha: 0.5 }), { pixels, shape }, { labels });
  mixed.labels.forEach((label, index) => {
    const next = (index + 1) % 8;
    const share = label[index];
    assert.ok(share > 0 && share < 1);
    const expected = labels[index].map((_, place) =>
      place === index ? share : place === next ? 1 - share : 0,
    );
    assert.ok(distance(label, expected) < 1e-6);
    const blended = share * grey(index) + (1 - share) * grey(next);
    assert.ok(distance(mixed.images.slice(9 * index, 9 * index + 9), copies(blended, 9)) < 1e-6);
  });
});

/** Returns the share of its own label that each of many images keeps. */
function shares(alpha: number, count: number): number[] {
  const pixels = copies([0, 1], count).flat();
  const labels = copies(0, count).map((_, row) => [1 - (row % 2), row % 2]);
  const mixed = run(mixup({ alpha }), { pixels, shape: [count, 1, 2, 1] }, { labels });
  return mixed.labels.map((label, row) => label[row % 2]);
}

for (const alpha of [0.02, 0.2, 1, 4]) {
  test(`mixup({ alpha: ${alpha} }) draws the shares from Beta(${alpha}, ${alpha})`, () => {
    const count = 20_000;
    const drawn = shares(alpha, count);
    assert.ok(drawn.every((share) => share >= 0 && share <= 1));
    const mean = drawn.reduce((sum, share) => sum + share, 0) / count;
    const variance = drawn.reduce((sum, share) => sum + (share - 0.5) ** 2, 0) / count;
    const expected = 1 / (4 * (2 * alpha + 1));
    assert.ok(Math.abs(mean - 0.5) < 4 * Math.sqrt(expected / count), `mean ${mean}`);
    assert.ok(Math.abs(variance - expected) < 0.03 * expected, `${variance}, not ${expected}`);
  });
}

test('mixup({ alpha: 1 }) draws the shares evenly', () => {
  const counts = new Array<number>(20).fill(0);
  for (const share of shares(1, 20_000)) counts[Math.min(19, Math.floor(20 * share))]++;
  assert.ok(unevenness(counts) < 4, `${counts}`);
});

test('cutmix() puts one rectangle of the next image in, and mixes labels by the pixels of each', () => {
  const count = 300;
  const side = 9;
  const { pixels, shape, labels, grey } = greys(count, side);
  const mixed = run(cutmix({ probability: 1 }), { pixels, shape }, { labels });
  const sizes = new Set<number>();
  for (let index = 0; index < count; index++) {
    const next = (index + 1) % count;
    const image = mixed.images.slice(side ** 2 * index, side ** 2 * (index + 1));
    const places = image.flatMap((pixel, place) =>
      pixel === Math.fround(grey(next)) ? [place] : [],
    );
    const own = image.filter((pixel) => pixel === Math.fround(grey(index))).length;
    assert.equal(own + places.length, side ** 2);
    const rows = new Set(places.map((place) => Math.floor(place / side)));
    const columns = new Set(places.map((place) => place % side));
    assert.equal(places.length, rows.size * columns.size);
    sizes.add(places.length);
    assert.ok(Math.abs(mixed.labels[index][index] - own / side ** 2) < 1e-6);
    assert.ok(Math.abs(mixed.labels[index][next] - places.length / side ** 2) < 1e-6);
  }
  assert.ok(sizes.size > 20, `${sizes.size} sizes`);
});

test('cutmix({ probability }) mixes that share of the images, each by draws of its own', () => {
  const count = 4000;
  const labels = copies(0, count).map((_, row) => [1 - (row % 2), row % 2]);
  const pixels = copies(copies(0, 400), count).flat();
  const transform = cutmix({ alpha: 4, probability: 0.25 });
  const mixed = run(transform, { pixels, shape: [count, 20, 20, 1] }, { labels });
  const changed = mixed.labels.filter((label, row) => label[row % 2] < 1).length;
  assert.ok(surprise(changed, count, 0.25) < 4, `${changed} of ${count}`);
});

for (const [name, transform] of [
  ['mixup({ alpha: 0 })', mixup({ alpha: 0 })],
  ['cutmix({ alpha: 0 })', cutmix({ alpha: 0 })],
  ['cutmix({ probability: 0 })', cutmix({ probability: 0 })],
] as const) {
  test(`${name} leaves images and labels as they are`, () => {
    const { pixels, shape, labels } = greys(5, 4);
    const mixed = run(transform, { pixels, shape }, { labels });
    assert.equal(distance(mixed.images, pixels.map(Math.fround)), 0);
    assert.deepEqual(mixed.labels, labels);
  });
}

test('mixup() and cutmix() throw a RangeError that names what is out of range', () => {
  assert.throws(() => mixup({ alpha: -1 }), /mixup\(\{ alpha: -1 \}\): expected a number from 0/);
  assert.throws(() => cutmix({ alpha: Number.NaN }), /cutmix\(\{ alpha: NaN \}\)/);
  assert.throws(() => cutmix({ probability: 1.01 }), /probability: 1.01/);
});

/** The loss of each image for each class, of a model's output on changed images. */
function lossesByClass(images: tf.Tensor4D): number[][] {
  const model = smallModel();
  const losses = tf.tidy(() => {
    const output = model.apply(images, { training: true }) as tf.Tensor2D;
    return tf.neg(tf.log(output)).arraySync() as number[][];
  });
  model.dispose();
  return losses;
}

for (const [name, transform] of Object.entries({
  mixup: mixup({ alpha: 0.5 }),
  cutmix: cutmix({ probability: 1 }),
})) {
  test(`a step on images mixed by ${name} has the losses for both labels, by their shares, as its loss`, () => {
    const indices = places(0);
    const { images, labels } = batchAt(sampleData(), indices);
    const { seed, step } = numbers(7);
    const mixed = tf.tidy(() => {
      const random = randomStream(tf.tensor1d([seed, step], 'int32'));
      const batch = { images, labels, indices: tf.tensor1d(indices, 'int32') };
      const changed = transform(batch, { random, epoch: tf.scalar(0, 'int32') });
      return { images: tf.keep(changed.images), labels: changed.labels.arraySync() };
    });
    const classes = labels.argMax(1).arraySync() as number[];
    const losses = lossesByClass(mixed.images);
    const expected = losses.map((loss, image) => {
      const [own, other] = [classes[image], classes[(image + 1) % 8]];
      // Where both have one class, the shares do not matter.
      const share = own === other ? 1 : mixed.labels[image][own];
      return share * loss[own] + (1 - share) * loss[other];
    });
    const training = compileTraining(smallModel(), trainingOptions({ transform }));
    const { loss } = training.step(indices, numbers(7));
    training.dispose();
    assert.ok(mixed.labels.some((label) => Math.max(...label) < 0.99));
    assert.ok(Math.abs(loss - expected.reduce((sum, each) => sum + each, 0) / 8) < 1e-5);
    tf.dispose([images, labels, mixed.images]);
  });
}
