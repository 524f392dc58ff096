/** A search from start to end with a live table: for a cell, and for `npm run tune`. */
import { join } from 'node:path';
import { showMarkdown } from './display';
import type { Search } from './search';
import { searchDisplay } from './search-display';
import { type PlanOptions, planSearch } from './search-plan';
import { readPlan, readTrials, type StoredSearch } from './search-record';
import { runSearch } from './search-run';
import { failureLines, isOver, spreadText } from './search-table';

/**
 * Runs the trials of a planned search that are not over, with a live table.
 *
 * @throws as `runSearch` does
 */
export async function showSearch(folder: string): Promise<StoredSearch> {
  const plan = await readPlan(join(folder, 'search.json'));
  const display = searchDisplay(plan, await readTrials(join(folder, 'trials.jsonl')));
  const options = { onChange: display.update, onWords: (line: string) => console.log(line) };
  return runSearch(folder, options).finally(display.end);
}

/** Plans a search and runs it with a live table; says what came out. */
export async function runSearchLive(
  search: Search,
  options: Omit<PlanOptions, keyof Search>,
): Promise<StoredSearch> {
  const found = await showSearch(await planSearch({ ...search, ...options }));
  const { plan, trials } = found;
  const left = plan.trials - trials.filter(isOver).length;
  showMarkdown(
    `${spreadText(plan, trials)}, in \`logs/tuning/${plan.name}\`.` +
      (left === 0 ? '' : ` ${left} trials are left: \`npm run tune -- --resume ${plan.name}\`.`),
  );
  for (const line of failureLines(trials)) showMarkdown(line);
  return found;
}
