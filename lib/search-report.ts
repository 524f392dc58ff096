/** What a search has shown: its space, which settings mattered, what it changed. */
import { chanceShare, type Importance, importance, ranks } from './importance';
import { placeIn, type Setting, settingsOf } from './search';
import type { StoredSearch, Trial } from './search-record';
import { isOver, ranked } from './search-table';
import type { Row } from './tables';

type Read = Pick<StoredSearch, 'plan' | 'trials'>;

/** Returns a row a setting: what it may be, and what it was made by hand. */
export function spaceRows({ plan }: Pick<StoredSearch, 'plan'>): Row[] {
  return settingsOf(plan).map(([path, setting]) => ({
    setting: path,
    'from … to': extent(setting),
    unit: setting.kind === 'range' ? setting.unit : 'one of',
    scale: setting.kind === 'range' ? setting.scale : '',
    only: setting.when === undefined ? '' : `${setting.when.setting} ${setting.when.is.join(', ')}`,
    'made by hand': valueText(plan.handMade[path]),
  }));
}

function extent(setting: Setting): string {
  if (setting.kind === 'choice') return Object.keys(setting.options).join(' · ');
  return `${setting.low} … ${setting.high}`;
}

/** The importance of each setting, and what it was judged by. */
export interface SettingImportance extends Importance {
  /** Paths, the most important first; `alone` has the same order. */
  settings: string[];
  /** What the most important of settings that decide nothing would stay below in 95 of 100 such searches. */
  chance: number;
  /** The epoch after which all trials were compared, and how many they were. */
  epoch: number;
  count: number;
}

/**
 * Returns how much each setting decides of a trial's rank among all, after the last epoch that none of
 * them missed by being pruned. Ranks, as trials that learned nothing would outweigh all others. A trial that
 * failed comes last.
 *
 * @throws if the search has varied no settings
 */
export function settingImportance({ plan, trials }: Read): SettingImportance {
  const epoch = plan.pruning?.first ?? plan.recipe.epochs;
  const paths = settingsOf(plan).map(([path]) => path);
  if (paths.length === 0) {
    throw new Error(
      `The search ${plan.name} varied nothing but seeds: take one that varied settings.`,
    );
  }
  const compared = trials.filter((trial) => isOver(trial) && reached(trial, epoch) !== undefined);
  const places = compared.map(({ settings }) => placeIn(plan, settings));
  const rank = ranks(compared.map((trial) => reached(trial, epoch) ?? 0));
  const { alone, together } = importance(places, rank);
  const order = [...paths.keys()].sort((one, other) => alone[other] - alone[one]);
  return {
    settings: order.map((place) => paths[place]),
    alone: order.map((place) => alone[place]),
    together,
    chance: chanceShare(places, rank),
    epoch,
    count: compared.length,
  };
}

function reached({ curve, state }: Trial, epoch: number): number | undefined {
  return curve[epoch - 1] ?? (state === 'failed' ? -1 : undefined);
}

/** Returns a row a setting: made by hand, and of the best few trials. */
export function bestRows({ plan, trials }: Read, count = 3): Row[] {
  const best = ranked(trials).slice(0, count);
  return settingsOf(plan).map(([path]) => ({
    setting: path,
    'made by hand': valueText(plan.handMade[path]),
    ...Object.fromEntries(
      best.map(({ number, settings }) => [`trial ${number}`, valueText(settings[path])]),
    ),
  }));
}

/** A setting in words, numbers with three digits. */
function valueText(value: number | string | undefined): string | undefined {
  return typeof value === 'number' ? String(Number(value.toPrecision(3))) : value;
}

/** Returns the validation accuracies of the finished trials, in the order of their seeds. */
export function accuraciesOf({ trials }: Pick<StoredSearch, 'trials'>): number[] {
  return trials.flatMap(({ state, validationAccuracy }) =>
    state === 'finished' && validationAccuracy !== null ? [validationAccuracy] : [],
  );
}
