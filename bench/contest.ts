/** One network in one precision, computed by all contenders in turn. */
import type { Precision } from '../lib/graph/precision';
import { type Contender, demandSameParameters, label, type Name } from './contenders';
import { images, networks } from './networks';
import type { Facts, Work } from './requests';
import { measureInTurn, type RoundOptions } from './rounds';
import { type Running, startContender } from './running';

/** What is computed, and by whom. */
export interface Subject {
  network: string;
  precision: Precision;
  who: Name;
  variant: string;
}

/** What was measured of one contender at one task. */
export interface Result extends Subject, Work {
  /** Seconds a step, one number a round. */
  seconds: number[];
  /** From a built network to the end of its first step, compilation included. */
  firstSeconds: number;
  /** The most memory that the process had until the end of this task, in bytes. */
  memory: number;
  facts: Facts;
}

export interface Failure extends Subject {
  reason: string;
}

export interface Contest {
  results: Result[];
  failures: Failure[];
}

export interface ContestOptions extends RoundOptions {
  network: string;
  precision: Precision;
  works: Work[];
  /** Told what happens next. */
  say: (what: string) => void;
}

/** A contender that has compiled all its work. */
interface Entry {
  running: Running;
  firstSeconds: number[];
}

/**
 * Lets contenders get ready one after the other, then compute in turn, one kind of work after the other.
 * One that fails is left out and told of. All processes have ended when this returns.
 *
 * @throws if two contenders do not train the same number of parameters
 */
export async function holdContest(
  contenders: Contender[],
  options: ContestOptions,
): Promise<Contest> {
  const contest: Contest = { results: [], failures: [] };
  const entries: Entry[] = [];
  try {
    for (const contender of contenders) {
      options.say(`${label(contender)} gets ready`);
      await getReady(contender, options).then(
        (entry) => entries.push(entry),
        ({ message }) => contest.failures.push({ ...subject(contender, options), reason: message }),
      );
    }
    demandSameParameters(
      entries.map(({ running: { contender, facts } }) => ({
        name: label(contender),
        parameters: facts.parameters,
      })),
    );
    for (const index of options.works.keys()) await measure(entries, index, { contest, options });
  } finally {
    for (const { running } of entries) await running.close();
  }
  return contest;
}

function subject({ who, variant }: Contender, { network, precision }: ContestOptions): Subject {
  return { network, precision, who, variant };
}

async function getReady(contender: Contender, options: ContestOptions): Promise<Entry> {
  const { network, precision, works } = options;
  const { variant } = contender;
  const settings = { network: networks[network], ...images, precision, variant };
  const running = await startContender(contender, settings);
  try {
    const firstSeconds: number[] = [];
    for (const work of works) firstSeconds.push(await running.prepare(work));
    return { running, firstSeconds };
  } catch (error) {
    await running.close();
    throw error;
  }
}

/** Measures the work at `index` and adds to the contest what came out. */
async function measure(
  entries: Entry[],
  index: number,
  { contest, options }: { contest: Contest; options: ContestOptions },
): Promise<void> {
  const work = options.works[index];
  const runners = entries.map(({ running }) => ({
    group: running.contender.who,
    run: (steps: number) => running.run(work, steps),
  }));
  options.say(`all ${work.task} in turn, batches of ${work.batch}`);
  const times = await measureInTurn(runners, options);
  for (const [place, { seconds, state, reason = '' }] of times.entries()) {
    const { running, firstSeconds } = entries[place];
    const about = subject(running.contender, options);
    if (state === 'failed') contest.failures.push({ ...about, reason });
    if (state !== 'measured') continue;
    const first = { firstSeconds: firstSeconds[index], memory: await running.memory() };
    contest.results.push({ ...about, ...work, ...first, seconds, facts: running.facts });
  }
}
