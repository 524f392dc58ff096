import assert from 'node:assert/strict';
import test from 'node:test';
import { tf } from '../lib/backend';
import { multiplyAdds } from '../lib/multiply-adds';
import { buildNetwork } from '../lib/network';

/** MobileNet (Howard et al., "MobileNets", 2017, table 1): its depthwise separable layers and their strides. */
const blocks: [filters: number, strides: number][] = [
  ...([
    [64, 1],
    [128, 2],
    [128, 1],
    [256, 2],
    [256, 1],
    [512, 2],
  ] as [number, number][]),
  ...Array.from({ length: 5 }, (): [number, number] => [512, 1]),
  ...([
    [1024, 2],
    [1024, 1],
  ] as [number, number][]),
];

function mobileNet(separable: boolean): tf.LayersModel {
  const same = { padding: 'same', useBias: false } as const;
  const block = ([filters, strides]: [number, number]): tf.layers.Layer[] =>
    separable
      ? [tf.layers.separableConv2d({ ...same, filters, kernelSize: 3, strides })]
      : [
          tf.layers.depthwiseConv2d({ ...same, kernelSize: 3, strides }),
          tf.layers.batchNormalization(),
          tf.layers.reLU(),
          tf.layers.conv2d({ ...same, filters, kernelSize: 1 }),
        ];
  const first = { filters: 32, kernelSize: 3, strides: 2, inputShape: [224, 224, 3] };
  return tf.sequential({
    layers: [
      tf.layers.conv2d({ ...same, ...first }),
      ...blocks.flatMap(block),
      tf.layers.globalAveragePooling2d({}),
      tf.layers.dense({ units: 1000 }),
    ],
  });
}

for (const separable of [false, true]) {
  test(`multiplyAdds(MobileNet${separable ? ' of separable layers' : ''}) is the 569 million of its authors`, () => {
    const model = mobileNet(separable);
    assert.equal(Math.round(multiplyAdds(model) / 1e6), 569);
    model.dispose();
  });
}

test('multiplyAdds(network) counts kernels at every place they are applied, by hand', () => {
  const options = {
    mean: 0.5,
    deviation: 0.5,
    seed: 1,
    shape: [8, 8, 1] as [number, number, number],
  };
  const plain = buildNetwork({ kind: 'plain', widths: [4, 6], convolutions: 2 }, options);
  assert.equal(multiplyAdds(plain), 64 * 9 * (1 * 4 + 4 * 4) + 16 * 9 * (4 * 6 + 6 * 6) + 6 * 10);
  const residual = buildNetwork({ kind: 'wide-residual', depth: 10, width: 1 }, options);
  assert.equal(
    multiplyAdds(residual),
    64 * 9 * (16 + 16 * 16 + 16 * 16) +
      16 * (9 * (16 * 32 + 32 * 32) + 16 * 32) +
      4 * (9 * (32 * 64 + 64 * 64) + 32 * 64) +
      64 * 10,
  );
});

test('multiplyAdds(network) is the same for any batch, and counts a fixed kernel too', () => {
  const layer = tf.layers.conv2d({
    filters: 2,
    kernelSize: 2,
    inputShape: [3, 3, 1],
    trainable: false,
  });
  const model = tf.sequential({
    layers: [layer, tf.layers.flatten(), tf.layers.dense({ units: 5 })],
  });
  assert.equal(multiplyAdds(model), 4 * 4 * 2 + 8 * 5);
});

test('multiplyAdds(network) refuses a layer that it does not know, by its name', () => {
  const layer = tf.layers.conv1d({ name: 'odd', filters: 2, kernelSize: 2, inputShape: [4, 1] });
  assert.throws(() => multiplyAdds(tf.sequential({ layers: [layer] })), /Conv1D \(odd\)/);
});
