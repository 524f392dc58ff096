/** One change of the disk is refused: no room, a bad block, a file system that went read-only. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '../../lib/integrity';
import { type Failure, onFailingDisk } from '../support/failing-disk';
import { inFolder } from '../support/folder';
import type { Fault } from './fault';
import { countChanges, type Outcome, outcome, removeCheckpoints, run, trainTiny } from './tiny';

const epochs = 2;
const codes = ['ENOSPC', 'EIO', 'EROFS'] as const;

export const brokenDisk: Fault = {
  name: 'one change of the disk is refused (ENOSPC, EIO, EROFS), then resume',
  times: { quick: 3, full: 1000 },
  async run(times, attempt) {
    const { expected, changes } = await countChanges(epochs);
    const count = Math.min(times, changes);
    for (let index = 0; index < count; index++) {
      const at = Math.floor(((index + Math.random()) * changes) / count);
      const failure = { at, code: codes[index % codes.length] };
      const isLast = at === changes - 1;
      await attempt(() =>
        inFolder((folder) => failAndResume(folder, failure, { expected, isLast })),
      );
    }
    return `at ${count} of the ${changes} changes of a training; each error names the file`;
  },
};

interface Expectation {
  expected: Outcome;
  /** Whether the last change fails, the removal of the checkpoints: it alone may be refused without a word. */
  isLast: boolean;
}

async function failAndResume(
  folder: string,
  failure: Failure,
  { expected, isLast }: Expectation,
): Promise<void> {
  const error = await onFailingDisk(failure, () => trainTiny({ folder, epochs })).catch(reasonOf);
  if (isLast) {
    assert.equal(error, undefined);
    removeCheckpoints(folder);
  } else if (error !== undefined) {
    assert.match(error, new RegExp(`${failure.code}.*failing disk`, 's'));
    assert.ok(error.includes(folder), `no file is named: ${error}`);
    const begun = existsSync(join(folder, 'logs', run));
    await trainTiny({ folder, epochs, resume: begun });
  }
  assert.deepEqual(await outcome(folder), expected, `after ${failure.code} at ${failure.at}`);
}
