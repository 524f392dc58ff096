/** A search as a table of its trials: for the terminal, a notebook, a report. */
import { duration } from './progress';
import type { SearchPlan, StoredSearch, Trial } from './search-record';
import { deviation, mean } from './statistics';
import type { Row } from './tables';

/** States of a trial from which it does not go on. */
const over = ['finished', 'pruned', 'failed'];

export function isOver({ state }: Trial): boolean {
  return over.includes(state);
}

/** The finished trials, the best first; of equals the earlier. */
export function ranked(trials: readonly Trial[]): Trial[] {
  const finished = trials.filter(({ state }) => state === 'finished');
  return finished.sort(
    (one, other) => (other.validationAccuracy ?? 0) - (one.validationAccuracy ?? 0),
  );
}

/** Returns the settings of a trial in a line. */
export function settingsText({ settings }: Pick<Trial, 'settings'>): string {
  const texts = Object.entries(settings).map(([path, value]) => {
    const name = path.slice(path.lastIndexOf('.') + 1);
    return `${name} ${typeof value === 'number' ? Number(value.toPrecision(3)) : value}`;
  });
  return texts.join(', ');
}

/** Returns one row a trial. */
export function trialRows(plan: SearchPlan, trials: readonly Trial[]): Row[] {
  return trials.map((trial) => ({
    trial: trial.number,
    state: trial.state,
    epoch: `${trial.epochs} of ${plan.recipe.epochs}`,
    'validation accuracy': trial.validationAccuracy,
    time: duration(trial.seconds),
    settings: settingsText(trial),
  }));
}

/** Those that a live table shows: what runs, then the best, then what was last over. */
export function trialsOfInterest(trials: readonly Trial[], limit: number): Trial[] {
  const running = trials.filter(({ state }) => state === 'running');
  const others = trials.filter((trial) => isOver(trial) && trial.state !== 'finished').reverse();
  return [...running, ...ranked(trials), ...others].slice(0, limit);
}

/** Returns how far a search is, in a line; `elapsed` and `doneBefore` are of this part of it. */
export function searchLine(
  { plan, trials }: Pick<StoredSearch, 'plan' | 'trials'>,
  { elapsed, doneBefore = 0 }: { elapsed: number; doneBefore?: number },
): string {
  const done = trials.filter(isOver).length;
  const running = trials.filter(({ state }) => state === 'running').length;
  const [best] = ranked(trials);
  const rate = (done - doneBefore) / elapsed;
  const left = done < plan.trials && done > doneBefore ? (plan.trials - done) / rate : undefined;
  return [
    `${plan.name}: ${done} of ${plan.trials} trials over`,
    `${running} running`,
    ...(best?.validationAccuracy
      ? [`best ${(100 * best.validationAccuracy).toFixed(2)} % (trial ${best.number})`]
      : []),
    left === undefined ? `${duration(elapsed)} elapsed` : `time left about ${duration(left)}`,
  ].join(' · ');
}

/** Returns why trials have failed: a line for each reason, with the trials that have it. */
export function failureLines(trials: readonly Trial[]): string[] {
  const byReason = new Map<string, number[]>();
  for (const { number, state, reason } of trials) {
    if (state !== 'failed') continue;
    const known = reason ?? 'no reason is on record';
    byReason.set(known, [...(byReason.get(known) ?? []), number]);
  }
  return [...byReason].map(
    ([reason, numbers]) =>
      `Failed: ${numbers.length === 1 ? 'trial' : 'trials'} ${numbers.join(', ')}: ${reason}`,
  );
}

/** Returns what a search came to: the best of its trials, or mean and deviation if they differ in seeds alone. */
export function spreadText({ space }: SearchPlan, trials: readonly Trial[]): string {
  const best = ranked(trials);
  const accuracies = best.map(({ validationAccuracy }) => validationAccuracy ?? 0);
  const percent = (share: number) => (100 * share).toFixed(2);
  const counted = `${best.length} finished ${best.length === 1 ? 'trial' : 'trials'}`;
  if (best.length === 0) return 'no trial has finished';
  if (Object.keys(space).length > 0) {
    return `best validation accuracy ${percent(accuracies[0])} %, trial ${best[0].number} of ${counted}`;
  }
  const spread = best.length < 2 ? '' : ` ± ${percent(deviation(accuracies))}`;
  return `validation accuracy ${percent(mean(accuracies))}${spread} %, ${counted}`;
}
