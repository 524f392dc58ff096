/** Models for other images or other classes, where they could be taken for ours. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { tf } from '../../lib/backend';
import { saveModel } from '../../lib/model-store';
import { predictProbabilities } from '../../lib/prediction';
import { train } from '../../lib/training';
import { inFolder } from '../support/folder';
import type { Fault } from './fault';
import { tiny, tinyData } from './tiny';

const shapes: { input: number[]; classes: number }[] = [
  { input: [32, 32, 1], classes: 10 },
  { input: [28, 28, 3], classes: 10 },
  { input: [14, 56, 1], classes: 10 },
  { input: [784], classes: 10 },
  { input: [28, 28, 1], classes: 9 },
  { input: [28, 28, 1], classes: 11 },
  { input: [28, 28, 1], classes: 20 },
];

export const unfitModels: Fault = {
  name: 'models whose input shape or number of classes does not fit',
  times: { quick: 1, full: 1 },
  async run(_, attempt) {
    const data = await tinyData();
    for (const shape of shapes) {
      const model = makeModel(shape);
      const uses = [
        () => inFolder((folder) => saveModel(model, join(folder, 'model'))),
        () => predictProbabilities(model, data.validation.images),
        () => train(model, data, { recipe: tiny }),
      ];
      for (const use of uses) {
        await attempt(() =>
          assert.rejects(use, /Expected a model from \[null,28,28,1\] to \[null,10\]/),
        );
      }
      model.dispose();
    }
    return `${shapes.length} shapes, saved, used and trained: each refused with both shapes`;
  },
};

function makeModel({ input, classes }: (typeof shapes)[number]): tf.LayersModel {
  const images = tf.input({ shape: input });
  const flat = tf.layers
    .reshape({ targetShape: [input.reduce((product, size) => product * size)] })
    .apply(images);
  const output = tf.layers.dense({ units: classes, activation: 'softmax' }).apply(flat);
  return tf.model({ inputs: images, outputs: output as tf.SymbolicTensor });
}
