import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { paths } from '../lib/paths';
import { wilsonInterval } from '../lib/statistics';
import { temporaryFolder } from './support/folder';

/** Runs the command on the twenty test images of the fixture. */
function evaluate(logs: string, ...words: string[]) {
  const env = {
    ...process.env,
    FASHION_MNIST_DIR: join(paths.root, 'test', 'fixtures'),
    FASHION_MNIST_LOGS: logs,
  };
  const args = ['--import', 'tsx', 'scripts/evaluate.ts', ...words];
  return spawnSync(process.execPath, args, { encoding: 'utf8', env });
}

test('evaluate --json writes what it says, and notes the opening of the test images', () => {
  const folder = temporaryFolder();
  const json = join(folder, 'made', 'result.json');
  const { status, stdout, stderr } = evaluate(folder, '--model', 'ensemble/1', '--json', json);
  assert.equal(status, 0, stderr);
  const { model, correct, total, accuracy, low, high, views } = JSON.parse(
    readFileSync(json, 'utf8'),
  );
  assert.deepEqual(
    { model, total, views },
    { model: 'ensemble/1', total: 20, views: 'mirrored-and-shifted' },
  );
  assert.equal(accuracy, correct / 20);
  assert.ok(low < accuracy && accuracy <= high);
  // These are images of the real data set.
  assert.ok(correct >= 15, `${correct} of 20`);
  const interval = wilsonInterval(correct, 20);
  assert.deepEqual([low, high], [interval.low, interval.high]);
  assert.match(stdout, new RegExp(`${correct} of 20`));
  assert.equal(readFileSync(join(folder, 'test-set-openings.jsonl'), 'utf8').split('\n').length, 3);
});

for (const [words, reason] of [
  [['--model', 'best,nope'], /There is no model "nope" in models\/: expected best/],
  [['--views', 'nope'], /There are no views 'nope'/],
  [['--json', '/dev/null/result.json'], /Nothing can be written into \/dev\/null/],
] as const) {
  test(`evaluate ${words.join(' ')} is refused before the test images are opened`, () => {
    const folder = temporaryFolder();
    const { status, stderr } = evaluate(folder, ...words);
    assert.match(stderr, reason);
    assert.equal(status, 1);
    assert.ok(!existsSync(join(folder, 'test-set-openings.jsonl')));
  });
}
