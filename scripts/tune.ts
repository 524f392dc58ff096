/**
 * npm run tune -- --search NAME [--trials N] [--hours H]
 * npm run tune -- RECIPE --seeds N        the same recipe with N seeds: mean and deviation
 * npm run tune -- --best RUN --seeds N    the best settings of a search with N seeds
 * npm run tune -- --resume RUN            goes on after an interrupt or a crash
 * npm run tune -- --publish RUN NAME      copies a search to logs/published/tuning/NAME
 *
 * Also: --threads T and --gpus G of a trial, --name RUN, --images N, --keep (the networks in models/runs/, their records in logs/).
 * On this machine, or on the Ray cluster that the variable RAY_ADDRESS names: docs/tuning.md.
 */
import { parseArgs } from 'node:util';
import { refuseBeside, runCommand, wholeNumber } from '../lib/command';
import { interruptExitCode } from '../lib/interrupt';
import { recipe } from '../lib/recipes';
import { recipeWith, type Search } from '../lib/search';
import { showSearch } from '../lib/search-live';
import { planSearch } from '../lib/search-plan';
import { publishSearch, readSearch, searchFolder } from '../lib/search-record';
import { failureLines, isOver, ranked, settingsText, spreadText } from '../lib/search-table';
import { namedSearch } from '../lib/searches';

function parse() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      search: { type: 'string' },
      trials: { type: 'string' },
      hours: { type: 'string' },
      seeds: { type: 'string' },
      best: { type: 'string' },
      resume: { type: 'string' },
      publish: { type: 'boolean', default: false },
      threads: { type: 'string' },
      gpus: { type: 'string' },
      images: { type: 'string' },
      name: { type: 'string' },
      keep: { type: 'boolean', default: false },
    },
  });
  if (!values.publish) refuseIdle(values, positionals[0]);
  return { ...values, positionals };
}

/** A search goes on as it was planned; one by name has a recipe, and seeds are a number of trials. */
function refuseIdle(values: Record<string, string | boolean | undefined>, recipe?: string): void {
  const { resume, search, trials, hours, seeds, best, threads, gpus, images, name, keep } = values;
  const what = { RECIPE: recipe, '--seeds': seeds, '--best': best };
  const limits = { '--trials': trials, '--hours': hours, '--threads': threads, '--gpus': gpus };
  const others = { '--search': search, '--images': images, '--name': name, '--keep': keep };
  refuseBeside({ '--resume': resume }, { ...what, ...limits, ...others });
  refuseBeside({ '--search': search }, what);
  refuseBeside({ '--seeds': seeds }, { '--trials': trials });
  refuseBeside({ '--best': best }, { RECIPE: recipe });
}

type Wishes = ReturnType<typeof parse>;

/** What is to be searched, and what it is called. */
async function wanted(wishes: Wishes): Promise<Search & { title: string }> {
  const { search, seeds, best, positionals } = wishes;
  if (search !== undefined) return { ...namedSearch(search), title: search };
  if (seeds === undefined) throw new Error('What is to be searched? --search NAME, or --seeds N.');
  const fixed = { space: {}, trials: wholeNumber('seeds', seeds) };
  if (best === undefined) {
    const name = positionals[0] ?? 'quick';
    return { ...fixed, recipe: recipe(name), title: `seeds of ${name}` };
  }
  const { plan, trials } = await readSearch(best);
  const [first] = ranked(trials);
  if (first === undefined) throw new Error(`No trial of the search ${best} is finished.`);
  const settings = recipeWith(plan, first.settings);
  // The record says what the precision was on its machine; here another may be faster.
  const chosen = { ...settings, name: `${plan.recipe.name}-tuned`, precision: 'auto' as const };
  return { ...fixed, recipe: chosen, title: `seeds of ${plan.name} ${first.number}` };
}

/** Returns the numbers among the wishes that were given. */
function numbers(wishes: Wishes) {
  const names = ['trials', 'hours', 'threads', 'gpus', 'images'] as const;
  const given = names.filter((name) => wishes[name] !== undefined);
  for (const name of given) {
    if (!(Number(wishes[name]) >= 0)) {
      throw new Error(`--${name} is ${wishes[name]}: expected a number.`);
    }
  }
  return Object.fromEntries(given.map((name) => [name, Number(wishes[name])]));
}

async function prepare(wishes: Wishes): Promise<string> {
  if (wishes.resume !== undefined) return searchFolder(wishes.resume);
  const { name, keep: keepModels } = wishes;
  return planSearch({ ...(await wanted(wishes)), ...numbers(wishes), name, keepModels });
}

async function search(wishes: Wishes): Promise<void> {
  const { plan, trials } = await showSearch(await prepare(wishes));
  const [best] = ranked(trials);
  console.log(`\n${spreadText(plan, trials)}\nin logs/tuning/${plan.name}/trials.jsonl`);
  if (best !== undefined && Object.keys(best.settings).length > 0) {
    console.log(`best: ${settingsText(best)}`);
  }
  for (const line of failureLines(trials)) console.error(line);
  if (best === undefined) process.exitCode = 1;
  if (trials.filter(isOver).length === plan.trials) return;
  console.log(`Stopped. Go on with: npm run tune -- --resume ${plan.name}`);
  // Where nobody has interrupted it, its hours are up, as was planned.
  process.exitCode = interruptExitCode() ?? process.exitCode;
}

async function main(): Promise<void> {
  const wishes = parse();
  if (!wishes.publish) return search(wishes);
  const [run = '', name = ''] = wishes.positionals;
  console.log(`published in ${await publishSearch(run, name)}`);
}

runCommand(main);
