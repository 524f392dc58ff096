/** How long a training will take here, found by doing a little of it. */
import type { Dataset } from './dataset';
import { freshNetwork } from './experiment';
import { interruptRequested } from './interrupt';
import type { Recipe } from './recipes';
import { selectImages } from './samples';
import { train } from './training';
import { viewSets } from './views';

export interface TrainingEstimate {
  /** Images trained on in a second, without validation. */
  imagesPerSecond: number;
  /** Seconds for all validation images once. */
  validationSeconds: number;
  /** Seconds for all epochs, each with its validation, the last one in the recipe's views. */
  seconds: number;
}

/** The images of a trial epoch, rounded up to whole batches, and those it is validated on. */
const trialImages = { train: 1000, validation: 1000 };

/**
 * The first two warm up: operations are made for their sizes, memory is taken, and where steps are short, several are
 * taken in one call for the first time. The last one counts.
 */
const trialEpochs = 3;

/** Returns the data set with only the first images of both parts. */
function fewImages(data: Dataset, batchSize: number): Dataset {
  const batches = Math.max(2, Math.ceil(trialImages.train / batchSize));
  const first = (count: number) => Int32Array.from({ length: count }, (_, place) => place);
  const { train, validation } = data;
  return {
    ...data,
    train: selectImages(train, first(Math.min(train.count, batches * batchSize))),
    validation: selectImages(validation, first(Math.min(validation.count, trialImages.validation))),
  };
}

/**
 * Estimates a training by three epochs of a few steps with a throw-away network of the same recipe; takes as long
 * as some thousands of images do.
 *
 * @throws if the user asks to stop
 */
export async function estimateTraining(recipe: Recipe, data: Dataset): Promise<TrainingEstimate> {
  const few = fewImages(data, recipe.batchSize);
  const model = freshNetwork(recipe, data);
  let stepsDone = 0;
  let validated = 0;
  try {
    const { history, state } = await train(model, few, {
      recipe: { ...recipe, epochs: trialEpochs, views: undefined },
      onProgress: ({ history }) => {
        if (history.length < trialEpochs) stepsDone = performance.now();
      },
      onEpoch: () => {
        validated = performance.now();
      },
      shouldStop: interruptRequested,
    });
    if (state === 'interrupted') throw new Error('Stopped while the speed was measured.');
    const { imagesPerSecond } = history[trialEpochs - 1];
    const share = data.validation.count / Math.max(1, few.validation.count);
    const validationSeconds = (share * (validated - stepsDone)) / 1000;
    const looks = recipe.epochs - 1 + viewSets[recipe.views ?? 'plain'].length;
    const trainingSeconds = (recipe.epochs * data.train.count) / imagesPerSecond;
    const seconds = trainingSeconds + looks * validationSeconds;
    return { imagesPerSecond, validationSeconds, seconds };
  } finally {
    model.dispose();
  }
}
