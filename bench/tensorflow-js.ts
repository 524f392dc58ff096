/** The contender that is TensorFlow.js as it ships: `trainOnBatch` and `predict`, none of this project's gradients. */
import { tf } from '../lib/backend';
import { buildNetwork } from '../lib/network';
import { facts, type Step, serve, settings } from './listener';
import type { Work } from './requests';

const { network, shape, mean, deviation } = settings();
const model = buildNetwork(network, { shape, mean, deviation, seed: 1 });
model.compile({ optimizer: tf.train.momentum(0.01, 0.9, true), loss: 'categoricalCrossentropy' });

function makeStep({ task, batch }: Work): Step {
  const images = tf.randomUniform([batch, ...shape]);
  const classes = tf.randomUniform<tf.Rank.R1>([batch], 0, 10, 'int32');
  const labels = tf.oneHot(classes, 10);
  if (task === 'train') return () => model.trainOnBatch(images, labels);
  return () => tf.tidy(() => (model.predict(images, { batchSize: batch }) as tf.Tensor).dataSync());
}

void serve(makeStep, facts(model));
