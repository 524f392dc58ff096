/**
 * Random numbers inside a step. TensorFlow's stateless operations make them from a seed and the
 * step's number alone, so the same step draws the same numbers: run at once or compiled, in any order
 * of steps, and again after a training was resumed.
 */
import { tf } from '../backend';
import { attribute, native } from './native';

/** The most draws that one step may make; each costs two integers. */
const MAXIMUM_DRAWS = 256;

/** Draws of one step, each independent of the others. */
export interface RandomStream {
  /** Even between `low` (included) and `high` (excluded); float32. */
  uniform(shape: number[], low?: number, high?: number): tf.Tensor;
  /** Normally distributed; float32. */
  normal(shape: number[], mean?: number, deviation?: number): tf.Tensor;
  /** Whole numbers from `low` (included) to `high` (excluded); int32. */
  integers(shape: number[], low: number, high: number): tf.Tensor;
}

const typed = [attribute.type('T', 'int32'), attribute.type('Tseed', 'int32')];

/**
 * Returns the draws of one step.
 *
 * A key of its own is split off for each draw (Salmon et al., "Parallel random numbers: as easy as 1, 2,
 * 3", 2011; the way of splitting keys is JAX's), so two draws of a step never share numbers.
 *
 * @param seedAndStep int32 [2]: the training's seed and the step's number
 */
export function randomStream(seedAndStep: tf.Tensor1D): RandomStream {
  const keys = native<tf.Tensor2D>('StatelessRandomUniformFullInt', {
    inputs: [tf.tensor1d([MAXIMUM_DRAWS, 2], 'int32'), seedAndStep],
    attributes: [...typed, attribute.type('dtype', 'int32')],
  });
  let draws = 0;
  const nextKey = () => {
    if (draws === MAXIMUM_DRAWS) {
      throw new Error(
        `A step drew random numbers more than ${MAXIMUM_DRAWS} times: draw larger tensors.`,
      );
    }
    return tf.reshape(tf.slice(keys, [draws++, 0], [1, 2]), [2]);
  };
  const draw = (op: string, shape: number[]) =>
    native(op, {
      inputs: [tf.tensor1d(shape, 'int32'), nextKey()],
      attributes: [...typed, attribute.type('dtype', 'float32')],
    });
  return {
    uniform: (shape, low = 0, high = 1) =>
      tf.tidy(() => tf.add(tf.mul(draw('StatelessRandomUniform', shape), high - low), low)),
    normal: (shape, mean = 0, deviation = 1) =>
      tf.tidy(() => tf.add(tf.mul(draw('StatelessRandomNormal', shape), deviation), mean)),
    integers: (shape, low, high) =>
      tf.tidy(() =>
        native('StatelessRandomUniformInt', {
          inputs: [
            tf.tensor1d(shape, 'int32'),
            nextKey(),
            tf.scalar(low, 'int32'),
            tf.scalar(high, 'int32'),
          ],
          attributes: [...typed, attribute.type('dtype', 'int32')],
        }),
      ),
  };
}
