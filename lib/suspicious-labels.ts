/** Training images whose labels are doubted by networks that never saw them: found once, kept, shown. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commit } from './commit';
import { confidentJoint, type LabelIssue, labelIssues } from './confident-learning';
import { type CrossFittingOptions, crossFit } from './cross-fitting';
import { classNames, type Dataset, type Split } from './dataset';
import { showImages } from './display';
import { environment } from './environment';
import { writeFileAtomically } from './integrity';
import { paths } from './paths';
import type { Recipe } from './recipes';
import {
  list,
  number,
  oneOf,
  parseLine,
  readRecord,
  type Shape,
  text,
  writeRecord,
} from './record';
import { partShape, type RunPart } from './run-record';
import { imageAt } from './samples';

/** A search for suspicious labels: what the networks were, and what all of them said together. */
export interface SuspicionRecord extends RunPart {
  version: 1;
  minutes: number;
  recipe: Recipe;
  data: { checksum: string; train: number };
  /** Each network's accuracy on the images held out from it. */
  accuracies: number[];
  /** Row: label; column: the class that so many of these images confidently belong to. */
  joint: number[][];
}

export interface SuspiciousLabels {
  record: SuspicionRecord;
  /** By places in the training part, the most doubtful first; at most {@link mostKept}. */
  issues: LabelIssue[];
}

/** An issue as a line of a file: its image is named by the number in the original file. */
type StoredIssue = Omit<LabelIssue, 'place'> & { image: number };

/** How many issues are kept: the most doubtful. */
export const mostKept = 1000;

const count = number({ least: 0, whole: true });
const share = number({ least: 0, most: 1 });
const label = number({ least: 0, most: classNames.length - 1, whole: true });

const recordShape: Shape = {
  version: oneOf(1),
  ...partShape,
  minutes: number({ least: 0 }),
  recipe: { name: text, seed: count },
  data: { checksum: text, train: count },
  accuracies: list,
  joint: list,
};

const issueShape: Shape = {
  image: count,
  label,
  suggestion: label,
  labelProbability: share,
  suggestionProbability: share,
};

/** Returns the paths of the two files of a search in a folder. */
function filesIn(folder: string) {
  return {
    record: join(folder, 'suspicious-labels.json'),
    issues: join(folder, 'suspicious-labels.jsonl'),
  };
}

/** Returns the training labels that networks doubt which were trained on the other images. */
export async function findSuspiciousLabels(
  data: Dataset,
  options: CrossFittingOptions,
): Promise<SuspiciousLabels> {
  const start = new Date();
  const code = await commit();
  const { probabilities, accuracies } = await crossFit(data, options);
  const { labels, count } = data.train;
  const record: SuspicionRecord = {
    version: 1,
    start: start.toISOString(),
    commit: code,
    environment: environment(),
    minutes: (Date.now() - start.getTime()) / 60_000,
    recipe: options.recipe,
    data: { checksum: data.checksum, train: count },
    accuracies,
    joint: confidentJoint(probabilities, labels),
  };
  return { record, issues: labelIssues(probabilities, labels).slice(0, mostKept) };
}

/** Writes a search into `logs/published/`, or into another folder, in place of an earlier one. */
export async function writeSuspiciousLabels(
  { record, issues }: SuspiciousLabels,
  { indices }: Pick<Split, 'indices'>,
  folder: string = join(paths.logs, 'published'),
): Promise<void> {
  const round = (probability: number) => Number(probability.toFixed(4));
  const lines = issues.map(({ place, label, suggestion, ...probabilities }) => {
    const { labelProbability, suggestionProbability } = probabilities;
    const stored: StoredIssue = {
      image: indices[place],
      label,
      suggestion,
      labelProbability: round(labelProbability),
      suggestionProbability: round(suggestionProbability),
    };
    return `${JSON.stringify(stored)}\n`;
  });
  await writeRecord(filesIn(folder).record, record);
  await writeFileAtomically(filesIn(folder).issues, lines.join(''));
}

/**
 * Reads the search in `logs/published/`, or in another folder. Issues of images that are not in the
 * training part are left out: all of them, if the search was on other files.
 *
 * @throws if a file is missing or damaged, with its name
 */
export async function readSuspiciousLabels(
  { train, checksum }: Pick<Dataset, 'train' | 'checksum'>,
  folder: string = join(paths.logs, 'published'),
): Promise<SuspiciousLabels> {
  const files = filesIn(folder);
  const record = await readRecord<SuspicionRecord>(files.record, recordShape);
  const lines = (await readFile(files.issues, 'utf8')).split('\n').filter((line) => line !== '');
  const places = new Map(Array.from(train.indices, (image, place) => [image, place]));
  const stored = lines.map((line, index) =>
    parseLine<StoredIssue>(line, issueShape, `${files.issues}, line ${index + 1}`),
  );
  const issues = stored.flatMap(({ image, ...issue }) => {
    const place = record.data.checksum === checksum ? places.get(image) : undefined;
    return place === undefined ? [] : [{ place, ...issue }];
  });
  return { record, issues };
}

/** Shows doubted images with label, suggestion, their probabilities, and numbers in the original file. */
export async function showIssues(split: Split, issues: readonly LabelIssue[]): Promise<void> {
  const percent = (probability: number) => `${(100 * probability).toFixed(0)} %`;
  await showImages(
    issues.map(({ place }) => imageAt(split, place)),
    {
      alt: 'Images whose labels are doubted',
      scale: 4,
      captions: issues.map(
        ({ place, label, suggestion, labelProbability, suggestionProbability }) =>
          `${classNames[label]} ${percent(labelProbability)}\n` +
          `→ ${classNames[suggestion]} ${percent(suggestionProbability)}\n` +
          `no. ${split.indices[place]}`,
      ),
    },
  );
}
