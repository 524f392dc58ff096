/** What a training has come to, for the person who started it on the command line. */
import type { Experiment } from '../../lib/experiment';
import { interruptExitCode } from '../../lib/interrupt';
import type { LiveDisplay } from '../../lib/live';

/** Ends the live display and says what came out, or how to go on; sets the exit code of a stopped one. */
export function showOutcome(live: LiveDisplay, { record, folder }: Experiment): void {
  live.end(record.state === 'finished' ? 'finished' : 'stopped');
  if (record.state !== 'finished') {
    console.log(`Stopped. Go on with: npm run train -- --resume ${record.name}`);
    process.exitCode = interruptExitCode();
    return;
  }
  const { validationAccuracy } = record.result;
  if (validationAccuracy !== undefined) {
    console.log(`validation accuracy ${(100 * validationAccuracy).toFixed(2)} %`);
  }
  console.log(`model ${folder}, record logs/${record.name}/record.json`);
}
