/** The steps of a training: one a call, or several where they are short. */
import { demandFiniteLoss } from './divergence';
import type { Step, TrainingGraph } from './graph/training-graph';
import { rateAt, type Standing, stepsOf } from './training-progress';
import { averageWeights, stepsUntilAverage } from './weight-averaging';

/** How long the event loop may have to wait for the steps of one call, in seconds. */
const PATIENCE = 0.05;

/**
 * Takes the next steps of the present epoch and moves the averages when they are due.
 *
 * @param order the places of the training images, in the epoch's order
 * @throws DivergenceError if the loss is no longer a finite number, with the step and its learning rate
 */
export function takeSteps(training: Standing & { graph: TrainingGraph }, order: Int32Array): void {
  const { graph, recipe, position } = training;
  const start = performance.now();
  const steps = nextSteps(training, order);
  const reports = graph.steps(steps);
  reports.forEach(({ loss, accuracy }, index) => {
    const { indices, step, rate } = steps[index];
    demandFiniteLoss(loss, { step: step + 1, rate });
    position.loss += loss * indices.length;
    position.correct += accuracy * indices.length;
    position.images += indices.length;
  });
  position.step += steps.length;
  position.batch += steps.length;
  averageWeights(graph, recipe.averaging, { step: position.step, steps: stepsOf(training) });
  position.seconds += (performance.now() - start) / 1000;
}

function nextSteps(training: Standing, order: Int32Array): Step[] {
  const { recipe, position } = training;
  const { batchSize, seed } = recipe;
  return Array.from({ length: stepsAtOnce(training) }, (_, index) => {
    const step = position.step + index;
    const begin = (position.batch + index) * batchSize;
    const indices = order.slice(begin, begin + batchSize);
    return { indices, seed, step, epoch: position.epoch, rate: rateAt(training, step) };
  });
}

/** As many as are done soon, judged by those before; all on full batches, up to the next averaging. */
function stepsAtOnce({ recipe, data, position }: Standing): number {
  const { batch, seconds, step } = position;
  if (batch === 0) return 1;
  const soon = Math.floor((PATIENCE * batch) / seconds);
  const full = Math.floor(data.train.count / recipe.batchSize) - batch;
  return Math.max(1, Math.min(soon, full, stepsUntilAverage(recipe.averaging, step)));
}
