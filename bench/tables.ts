/** The benchmark's tables as text. */
import { type Row as TableRow, tableText } from '../lib/tables';
import { label, ours } from './contenders';
import type { Failure, Result } from './contest';
import type { Task } from './requests';
import { bestOfEach, imagesPerSecond, oursFor, row, timesAsFast } from './results';

/** Multiply-adds: of one image forwards, by network; of the machine's large matrix products, a second, by precision. */
export interface Arithmetic {
  network: Record<string, number>;
  peak: Record<string, number>;
}

const titles: Record<Task, string> = { train: 'Training', predict: 'Prediction' };

/** Returns the table of one task: who computes how many images a second. */
export function speedTable(results: Result[], task: Task, arithmetic: Arithmetic): string {
  const chosen = bestOfEach(results.filter((result) => result.task === task));
  if (chosen.length === 0) return `${titles[task]}: nothing could be measured.`;
  const [{ batch, seconds }] = chosen;
  const rows = chosen.map((result, index) => ({
    ...groupCells(result, chosen[index - 1]),
    ...speedCells(result, results),
    'of the peak': `${percent(shareOfPeak(result, arithmetic))}`,
  }));
  const caption = `${titles[task]}: images a second, batches of ${batch}, median of ${seconds.length} rounds`;
  return tableText(rows, { caption, rows: 100 });
}

/** Network and precision, where they differ from those of the row above. */
function groupCells({ network, precision }: Result, above: Result | undefined): TableRow {
  const isNew = above?.network !== network || above.precision !== precision;
  return { network: isNew ? network : '', precision: isNew ? precision : '' };
}

function speedCells(result: Result, results: Result[]): TableRow {
  const { spread } = row(result);
  const mine = oursFor(result, results);
  const isOurs = result.who === ours;
  return {
    who: label(result),
    'images/s': rounded(imagesPerSecond(result)),
    '10–90 %': spread.map(rounded).join('–'),
    'ours is': isOurs || mine === undefined ? '' : `${timesAsFast(mine, result).toFixed(2)} ×`,
  };
}

/** The share of the machine's large matrix products that a contender's arithmetic reaches. */
function shareOfPeak(result: Result, { network, peak }: Arithmetic): number {
  // Gradients by weights and by inputs take as much again as the way forwards, each.
  const passes = result.task === 'train' ? 3 : 1;
  const needed = passes * network[result.network] * imagesPerSecond(result);
  return needed / peak[result.precision];
}

/** Returns the table of what this project's training takes beside its steps. */
export function costTable(results: Result[]): string {
  const rows = results
    .filter(({ who, task }) => who === ours && task === 'train')
    .map((result) => ({
      network: result.network,
      precision: result.precision,
      parameters: result.facts.parameters.toLocaleString('en'),
      'first step, s': result.firstSeconds.toFixed(1),
      'memory, GB': (result.memory / 1e9).toFixed(2),
    }));
  return tableText(rows, {
    caption:
      'This project: time to compile and run the first step, and the most memory of the process',
  });
}

/** What this project and a peer did at one value of what is varied. */
export interface Comparison {
  value: number;
  results: Result[];
}

/** Returns a table with a line for each value of what was varied. */
export function comparisonTable(caption: string, what: string, lines: Comparison[]): string {
  const rows = lines.map(({ value, results }) => {
    const mine = results.find(({ who }) => who === ours);
    const theirs = results.find(({ who }) => who !== ours);
    const speeds = results.map((result) => [label(result), rounded(imagesPerSecond(result))]);
    return {
      [what]: value,
      ...Object.fromEntries(speeds),
      ...(mine && theirs ? { 'ours is': `${timesAsFast(mine, theirs).toFixed(2)} ×` } : {}),
    };
  });
  return tableText(rows, { caption });
}

/** Returns the versions of all that was measured. */
export function versionLine(results: Result[]): string {
  const versions = Object.assign({}, ...results.map(({ facts }) => facts.versions));
  return Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
}

/** Returns a line if not all computed on the same device: then their speeds say nothing of each other. */
export function deviceLines(results: Result[]): string[] {
  const devices = new Map(results.map((result) => [label(result), result.facts.device]));
  if (new Set(devices.values()).size <= 1) return [];
  const told = [...devices].map(([who, device]) => `${who} on the ${device.toUpperCase()}`);
  return [`These did not compute on the same device: ${told.join(', ')}.`];
}

/** Returns what the shares of the peak are shares of. */
export function peakLine({ peak }: Arithmetic): string {
  const speeds = Object.entries(peak).map(
    ([precision, speed]) =>
      `${((2 * speed) / 1e9).toFixed(0)} billion operations a second in ${precision}`,
  );
  return (
    `The peak is that of large matrix products through TensorFlow on this machine: ${speeds.join(', ')}. ` +
    'A multiply-add counts as two operations; a training step counts as three forward passes.'
  );
}

/** Returns a line on each contender that could not be measured. */
export function failureLines(failures: Failure[]): string[] {
  return failures.map(
    (failure) =>
      `Not measured: ${failure.network} in ${failure.precision} by ${label(failure)}: ${failure.reason}`,
  );
}

function rounded(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
