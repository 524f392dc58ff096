/** What a training has come to, for the person who started it on the command line. */
import { join } from 'node:path';
import { type Experiment, type Places, resumeCommand } from '../../lib/experiment';
import { interruptExitCode } from '../../lib/interrupt';
import type { LiveDisplay } from '../../lib/live';

/** Ends the live display and says what came out, or how to go on; sets the exit code of a stopped one. */
export function showOutcome(
  live: LiveDisplay,
  { record, folder }: Experiment,
  places: Places = {},
): void {
  live.end(record.state === 'finished' ? 'finished' : 'stopped');
  if (record.state !== 'finished') {
    console.log(`Stopped. Go on with: ${resumeCommand(record.name, places)}`);
    process.exitCode = interruptExitCode();
    return;
  }
  const { validationAccuracy } = record.result;
  if (validationAccuracy !== undefined) {
    console.log(`validation accuracy ${(100 * validationAccuracy).toFixed(2)} %`);
  }
  console.log(`model ${folder}, record ${join(places.logs ?? 'logs', record.name, 'record.json')}`);
}
