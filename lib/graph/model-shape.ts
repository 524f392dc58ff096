/** What a model takes and gives. */
import type { tf } from '../backend';

export interface ModelShape {
  /** [height, width, channels] */
  shape: number[];
  /** Any number, if left out. */
  classes?: number;
}

/** @throws if the model does not go from one batch of images to one row of scores an image */
export function demandShape(
  { inputs, outputs }: tf.LayersModel,
  { shape, classes }: ModelShape,
): void {
  if (fits(inputs, shape) && fits(outputs, [classes])) return;
  throw new RangeError(
    `The model goes from ${list(inputs)} to ${list(outputs)}: expected ` +
      `images of ${shape.join(' × ')} and ${classes ?? 'any number of'} classes.`,
  );
}

function list(tensors: tf.SymbolicTensor[]): string {
  return tensors.map(({ shape }) => `[${shape.map((size) => size ?? 'n')}]`).join(' and ');
}

/** Whether there is one tensor, of these sizes behind that of the batch, where both are fixed. */
function fits(tensors: tf.SymbolicTensor[], sizes: (number | undefined)[]): boolean {
  if (tensors.length !== 1) return false;
  const [, ...found] = tensors[0].shape;
  const isFree = (size: number | null | undefined) => size === null || size === undefined;
  return (
    found.length === sizes.length &&
    sizes.every((size, axis) => isFree(size) || isFree(found[axis]) || size === found[axis])
  );
}
