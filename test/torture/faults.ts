/** All faults, in the order of the table. */
import { brokenDisk } from './broken-disk';
import { checkpointCost } from './checkpoint-cost';
import { closedTerminal } from './closed-terminal';
import { damagedCheckpoint, damagedData, damagedModel, damagedRecord } from './damaged-files';
import { divergence } from './divergence';
import type { Fault } from './fault';
import { longTraining, repeatedEvaluation } from './flat-memory';
import { fullDisk } from './full-disk';
import { killTraining } from './kill-training';
import { notebookStops } from './notebook-stops';
import { powerCut } from './power-cut';
import { readOnly } from './read-only';
import { removedFolders } from './removed-folders';
import { sameName } from './same-name';
import { stopSignals } from './signals';
import { swappedFiles } from './swapped-files';
import { tooLarge } from './too-large';
import { unfitModels } from './unfit-models';
import { wrongRecipes } from './wrong-recipes';

export const faults: Fault[] = [
  killTraining,
  powerCut,
  brokenDisk,
  fullDisk,
  readOnly,
  removedFolders,
  sameName,
  stopSignals,
  closedTerminal,
  notebookStops,
  damagedData,
  damagedCheckpoint,
  damagedRecord,
  damagedModel,
  swappedFiles,
  divergence,
  wrongRecipes,
  unfitModels,
  tooLarge,
  checkpointCost,
  longTraining,
  repeatedEvaluation,
];
