/** The contender that is this project: the compiled step on resident images, and the compiled prediction. */
import { randomFillSync } from 'node:crypto';
import { buildTransform } from '../lib/augmentation-recipe';
import { tf } from '../lib/backend';
import { compilePrediction } from '../lib/graph/prediction-graph';
import { compileTraining } from '../lib/graph/training-graph';
import { buildNetwork } from '../lib/network';
import { createRandom } from '../lib/random';
import { recipes } from '../lib/recipes';
import { facts, type Step, serve, settings } from './listener';
import type { Work } from './requests';

/** As many images as FashionMNIST has to train on, all in memory; random ones take as long. */
const count = 60_000;
const classes = 10;

const { network, shape, mean, deviation, precision, variant } = settings();
const model = buildNetwork(network, { shape, mean, deviation, seed: 1 });
const size = tf.util.sizeFromShape(shape);
const images = randomFillSync(new Uint8Array(count * size));
const labels = Uint8Array.from({ length: count }, (_, index) => index % classes);
const random = createRandom(1);

function training(batch: number): Step {
  const graph = compileTraining(model, {
    data: { images, labels, shape, classes },
    optimizer: { kind: 'sgd', momentum: 0.9, nesterov: true, weightDecay: 0 },
    transform: variant === 'augmented' ? buildTransform(recipes.standard.augmentation) : undefined,
    batchSizes: [batch],
    precision,
  });
  let step = 0;
  return () => {
    const indices = Int32Array.from({ length: batch }, () => random.integer(count));
    return graph.step(indices, { rate: 0.01, seed: 1, step: step++, epoch: 0 });
  };
}

function prediction(batch: number): Step {
  const graph = compilePrediction(model, { shape, batchSize: batch, precision });
  return () => graph.predict(images.subarray(0, batch * size));
}

const makeStep = ({ task, batch }: Work) =>
  task === 'train' ? training(batch) : prediction(batch);
void serve(makeStep, facts(model));
