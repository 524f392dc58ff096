/** All faults, in the order of the table. */
import type { Fault } from './fault';
import { killTraining } from './kill-training';
import { powerCut } from './power-cut';

export const faults: Fault[] = [killTraining, powerCut];
