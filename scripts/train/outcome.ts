/** What a training has come to, for the person who started it on the command line. */
import { join } from 'node:path';
import type { Experiment } from '../../lib/experiment';
import { interruptExitCode } from '../../lib/interrupt';
import type { LiveDisplay } from '../../lib/live';

/** Where records and models were wished to be. */
interface Places {
  logs?: string;
  models?: string;
}

/** Ends the live display and says what came out, or how to go on; sets the exit code of a stopped one. */
export function showOutcome(
  live: LiveDisplay,
  { record, folder }: Experiment,
  places: Places = {},
): void {
  live.end(record.state === 'finished' ? 'finished' : 'stopped');
  if (record.state !== 'finished') {
    const words = Object.entries(places).map(([name, folder]) => folder && ` --${name} ${folder}`);
    console.log(`Stopped. Go on with: npm run train -- --resume ${record.name}${words.join('')}`);
    process.exitCode = interruptExitCode();
    return;
  }
  const { validationAccuracy } = record.result;
  if (validationAccuracy !== undefined) {
    console.log(`validation accuracy ${(100 * validationAccuracy).toFixed(2)} %`);
  }
  console.log(`model ${folder}, record ${join(places.logs ?? 'logs', record.name, 'record.json')}`);
}
