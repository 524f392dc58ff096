/** The result that everything else leads to: accuracy on the test images with its interval. */

export interface Result {
  /** The name of the model's recipe. */
  model: string;
  /** Test images that are recognised, and all of them. */
  correct: number;
  total: number;
  /** The ends of the 95 % interval of the accuracy, as shares. */
  low: number;
  high: number;
  /** How the images were shown to the model: the name of a set in `views.ts`. */
  views?: string;
}

/** Returns `test accuracy 93.12 % (95 % interval 92.6 to 93.6, 9,312 of 10,000), model small`. */
export function resultText({ model, correct, total, low, high, views }: Result): string {
  const percent = (share: number, digits: number) => (100 * share).toFixed(digits);
  const counts = `${correct.toLocaleString('en')} of ${total.toLocaleString('en')}`;
  return (
    `test accuracy ${percent(correct / total, 2)} % ` +
    `(95 % interval ${percent(low, 1)} to ${percent(high, 1)}, ${counts}), model ${model}` +
    (views === undefined ? '' : `, ${views} views`)
  );
}
