/** What a long run says of itself while it works: pure texts and HTML, drawn by lib/display.ts. */
import { escapeHtml } from './html';
import { type Curves, curvesHtml } from './progress-curves';
import { colours } from './theme';

/** How far a run is. All but the first four are left out where they mean nothing. */
export interface Progress {
  /** What is going on: `training, epoch 3 of 12`. */
  title: string;
  done: number;
  total: number;
  /** What is counted: `images`. */
  unit: string;
  /** Of the training images so far in this epoch. */
  loss?: number;
  accuracy?: number;
  learningRate?: number;
  curves?: Curves;
}

/** The clock of a run. */
export interface Pace {
  /** Seconds since the start. */
  elapsed: number;
  /** Units a second of late; 0 if not known yet. */
  rate: number;
  state: 'running' | 'finished' | 'stopped';
}

/** Returns a duration in the two units that matter: `8 s`, `3 min 5 s`, `2 h 10 min`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** Returns the time that a run has taken or will still take, and its speed if that is known. */
function timeWords(progress: Progress, pace: Pace): [string, string][] {
  const { done, total, unit } = progress;
  const { elapsed, rate, state } = pace;
  if (state !== 'running') return [[state, `after ${duration(elapsed)}`]];
  const speed: [string, string][] =
    rate > 0 ? [[`${unit}/s`, Math.round(rate).toLocaleString('en')]] : [];
  const left: [string, string][] =
    rate > 0 ? [['time left', duration((total - done) / rate)]] : [['elapsed', duration(elapsed)]];
  return [...speed, ...left];
}

/** Returns name and text of what was measured so far. */
function measureWords({ loss, accuracy }: Progress): [string, string][] {
  const found: [string, string][] = [];
  if (loss !== undefined) found.push(['loss', loss.toFixed(3)]);
  if (accuracy !== undefined) found.push(['accuracy', `${(100 * accuracy).toFixed(2)} %`]);
  return found;
}

/** Returns name and text of everything there is to say in numbers; curves say theirs themselves. */
function numbers(progress: Progress, pace: Pace, hasCurves: boolean): [string, string][] {
  const { learningRate } = progress;
  const found = [...timeWords(progress, pace), ...(hasCurves ? [] : measureWords(progress))];
  if (learningRate !== undefined) {
    found.push(['learning rate', String(Number(learningRate.toPrecision(3)))]);
  }
  return found;
}

/** Returns the part that is done, 0 to 1; an empty run is done. */
function shareDone({ done, total }: Progress): number {
  return total > 0 ? Math.min(1, Math.max(0, done / total)) : 1;
}

/** Returns `22,500 of 50,000 images`. */
function counted({ done, total, unit }: Progress): string {
  return `${done.toLocaleString('en')} of ${total.toLocaleString('en')} ${unit}`;
}

/** Returns one line of plain text. */
export function progressText(progress: Progress, pace: Pace): string {
  const percent = `${Math.floor(100 * shareDone(progress))} %`;
  const words = numbers(progress, pace, false).map(([name, text]) => `${name} ${text}`);
  return [`${progress.title} ${percent}`, counted(progress), ...words].join(' · ');
}

/** Returns title, bar, numbers and, from the first epoch on, the curves; no script in it. */
export function progressHtml(progress: Progress, pace: Pace): string {
  const percent = Math.floor(100 * shareDone(progress));
  const curves = progress.curves ? curvesHtml(progress.curves, pace.state !== 'running') : '';
  const cells = numbers(progress, pace, curves !== '').map(
    ([name, text]) =>
      `<span style="white-space:nowrap">${escapeHtml(name)} <b>${escapeHtml(text)}</b></span>`,
  );
  const bar =
    `<div role="progressbar" aria-label="${escapeHtml(progress.title)}" ` +
    `aria-valuenow="${percent}" aria-valuemin="0" aria-valuemax="100" ` +
    'style="height:8px;border-radius:4px;overflow:hidden;background:rgba(127,127,127,0.25)">' +
    `<div style="height:8px;width:${percent}%;background:${colours.training}"></div></div>`;
  return (
    '<div class="progress" style="max-width:720px;font-variant-numeric:tabular-nums">' +
    '<div style="display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 1.5em">' +
    `<b>${escapeHtml(progress.title)}</b><span>${escapeHtml(counted(progress))} (${percent} %)</span></div>` +
    `<div style="margin:4px 0">${bar}</div>` +
    `<div style="display:flex;flex-wrap:wrap;gap:0 1.5em">${cells.join('')}</div>` +
    `${curves}</div>`
  );
}
