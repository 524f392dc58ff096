/** npm run tune */
import { parseArgs } from 'node:util';
import { planSearch } from '../lib/search-plan';
import { runSearch } from '../lib/search-run';
import { searches } from '../lib/searches';

async function main() {
  const { values } = parseArgs({
    options: { search: { type: 'string', default: 'smoke' }, threads: { type: 'string' } },
  });
  const search = searches[values.search as keyof typeof searches];
  const folder = await planSearch({
    ...search,
    title: values.search,
    ...(values.threads && { threads: Number(values.threads) }),
  });
  const { trials } = await runSearch(folder, {
    onChange: (all) =>
      console.log(
        all.map((t) => `${t.number} ${t.state} ${t.epochs} ${t.validationAccuracy}`).join(' | '),
      ),
    onWords: console.log,
  });
  console.log(trials);
}
void main();
