/** What others reached on FashionMNIST, as far as it is documented, and how to compare with it. */
import { twoProportions } from './statistics';

export interface PublishedResult {
  name: string;
  /** Share of the test images; a mean where several runs were reported. */
  accuracy: number;
  /** As reported, ± around the mean of several runs. */
  spread?: number;
  /** Trainable numbers, where known. */
  parameters?: number;
  /**
   * The files were replaced on 2017-08-31 because of duplicates and images in both parts: results on the old
   * ones cannot be compared with results on the current ones.
   */
  files: 'current' | 'old' | 'unknown';
  /** Whether the epoch was chosen by its accuracy on the test images, which flatters it. */
  selectedOnTest: boolean | 'unknown';
  /** False for numbers that their own sources do not bear out. */
  credible: boolean;
  note: string;
  source: string;
}

const issues = 'https://github.com/zalandoresearch/fashion-mnist/issues';
const sharpness = 'Foret et al., Sharpness-Aware Minimization, 2021, table 5, arXiv:2010.01412';
const erasing = 'https://github.com/zhunzhong07/Random-Erasing';
const playground = 'https://github.com/Liang-yc/fn_playground';
const search = 'https://github.com/namenemo/train-nas';

/** A row of the table below: accuracy in percent, and only what differs from the usual. */
type Row = Partial<PublishedResult> &
  Pick<PublishedResult, 'name' | 'source' | 'note'> & { percent: number };

const rows: Row[] = [
  {
    name: 'CNN-3-128',
    percent: 99.65,
    credible: false,
    note: 'Three convolutions; would have to fit test labels that most people call wrong.',
    source: 'Mukhamediev, Mathematics 12(20):3174, 2024',
  },
  {
    name: 'Fine-Tuned DARTS',
    percent: 96.91,
    note: 'The best claim; no run by others is known, and DARTS itself got 95.74 elsewhere.',
    source: 'https://arxiv.org/abs/2006.09042',
  },
  {
    name: 'WRN-40-4, README',
    percent: 96.7,
    parameters: 8.9e6,
    files: 'old',
    credible: false,
    note: 'Widely quoted; its source reports an error of 3.93 %, which is 96.07 %.',
    source: `${issues}/10`,
  },
  {
    name: 'WRN-40-4, Mish, CutMix',
    percent: 96.6,
    parameters: 9e6,
    files: 'current',
    selectedOnTest: false,
    note: 'Mean of the last 100 of 1,000 epochs in its log; the best epoch on test had 96.74 %.',
    source: playground,
  },
  {
    name: 'WRN-40-4, Mish, FMix',
    percent: 96.46,
    parameters: 9e6,
    files: 'current',
    selectedOnTest: false,
    note: 'Mean of the last 100 of 1,000 epochs in its log; the best epoch on test had 96.69 %.',
    source: playground,
  },
  {
    name: 'Shake-Shake 26 2x96d, SAM',
    percent: 96.41,
    spread: 0.0001,
    parameters: 26e6,
    note: 'Mean of several runs; 96.24 % without SAM. Of 2020, so most likely the current files.',
    source: sharpness,
  },
  {
    name: 'WRN-28-10, SAM, Cutout',
    percent: 96.39,
    spread: 0.0006,
    parameters: 36.5e6,
    note: 'Mean of several runs; 96.14 % without SAM. Of 2020, so most likely the current files.',
    source: sharpness,
  },
  {
    name: 'WRN-40-4, GroupNorm, FMix',
    percent: 96.36,
    parameters: 9e6,
    files: 'current',
    selectedOnTest: false,
    note: 'Mean of the last 100 of 600 epochs in its log; the best epoch on test had 96.44 %.',
    source: playground,
  },
  {
    name: 'WRN-28-10, random erasing, old files',
    percent: 96.35,
    parameters: 36.5e6,
    files: 'old',
    selectedOnTest: true,
    note: 'The same command gave 95.80 % at best on the current files.',
    source: `${issues}/66`,
  },
  {
    name: 'ResNet-32, random erasing',
    percent: 96.2,
    parameters: 0.46e6,
    files: 'old',
    selectedOnTest: true,
    note: '300 epochs.',
    source: erasing,
  },
  {
    name: 'WRN-40-4',
    percent: 96.07,
    parameters: 8.9e6,
    files: 'old',
    note: '300 epochs with crops and mirroring; what the 96.7 % of the README goes back to.',
    source: `${issues}/10`,
  },
  {
    name: 'WRN-28-10, SAM',
    percent: 96.02,
    spread: 0.0005,
    parameters: 36.5e6,
    note: 'Mean of several runs with crops and mirroring only; 95.43 % without SAM.',
    source: sharpness,
  },
  {
    name: 'E2E-3M',
    percent: 95.92,
    files: 'current',
    note: 'Parameters not stated.',
    source: `${issues}/164, arXiv:2007.15161`,
  },
  {
    name: 'VGG8B twice as wide, local losses',
    percent: 95.86,
    parameters: 28.2e6,
    files: 'current',
    note: 'With Cutout, shifts and mirroring; VGG8B with one loss at its end: 95.47 %.',
    source: 'https://github.com/anokland/local-loss',
  },
  {
    name: 'DARTS, run by others',
    percent: 95.74,
    note: 'Mean of 3 runs: 2 days of search, 2 days of training. Most likely the current files.',
    source: search,
  },
  {
    name: 'WRN-28-10, random erasing',
    percent: 95.7,
    parameters: 36.5e6,
    files: 'current',
    selectedOnTest: false,
    note: 'The last of 300 epochs; the best one on test had 95.80 %.',
    source: `${erasing}/issues/9`,
  },
  {
    name: 'ResNet-20, random erasing',
    percent: 95.55,
    spread: 0.0004,
    parameters: 0.27e6,
    files: 'current',
    selectedOnTest: true,
    note: '300 epochs; 95.18 % without erasing. The best of the small networks.',
    source: `${erasing}/issues/10`,
  },
  {
    name: 'DenseNet-121 on 96 × 96 pixels',
    percent: 95.52,
    parameters: 8e6,
    files: 'current',
    selectedOnTest: true,
    note: 'Images enlarged; mirroring and rotation by 10 degrees.',
    source: 'https://github.com/spdin/cnn-fashion-mnist',
  },
  {
    name: 'DenseNet-BC, 100 layers, growth 12',
    percent: 95.36,
    parameters: 0.77e6,
    files: 'old',
    note: '100 epochs with crops and mirroring.',
    source: `${issues}/10`,
  },
  {
    name: 'CLIP ViT-L/14, fine-tuned',
    percent: 95.28,
    parameters: 300e6,
    files: 'current',
    note: 'Trained on hundreds of millions of other images before.',
    source: 'https://huggingface.co/tanganke/clip-vit-large-patch14_fashion_mnist',
  },
  {
    name: 'DENSER, evolved network',
    percent: 95.26,
    files: 'current',
    note: 'Parameters not stated.',
    source: `${issues}/105`,
  },
];

/** The documented results, the highest first; see `files`, `selectedOnTest` and `credible` of each. */
export const publishedResults: readonly PublishedResult[] = rows
  .map(({ percent, ...row }) => ({
    files: 'unknown' as const,
    selectedOnTest: 'unknown' as const,
    credible: true,
    ...row,
    accuracy: Math.round(percent * 100) / 10_000,
  }))
  .sort((first, second) => second.accuracy - first.accuracy);

export interface Comparison extends PublishedResult {
  /** Our accuracy less theirs, as a share. */
  difference: number;
  /** How likely so large a difference is between two that are equally good. */
  probability: number;
  /** Whether the difference says nothing: its probability is 5 % or more. */
  withinNoise: boolean;
}

/**
 * Returns each published result beside ours, by the z test of two proportions.
 *
 * Both are counted as results on 10,000 images of their own. As all were shown the same images, this errs on the
 * side of "within noise"; McNemar's paired test would need the others' predictions.
 *
 * @param correct how many of `total` test images ours recognises
 */
export function compareWithPublished(correct: number, total: number): Comparison[] {
  const images = 10_000;
  return publishedResults.map((result) => {
    const theirs = { correct: Math.round(result.accuracy * images), total: images };
    const probability = twoProportions({ correct, total }, theirs);
    const difference = correct / total - result.accuracy;
    return { ...result, difference, probability, withinNoise: probability >= 0.05 };
  });
}
