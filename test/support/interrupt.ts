/** Asks the work of this process to stop, as the interrupt button does, or takes that back. */
import { interruptRequested } from '../../lib/interrupt';

export function requestInterrupt(requested: boolean): void {
  // Its first call makes the state that is changed here.
  interruptRequested();
  Object.assign((globalThis as never)[Symbol.for('notebook.interruption')], { requested });
}
