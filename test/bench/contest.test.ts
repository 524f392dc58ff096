import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { type Contender, tensorflowJs, thisProject } from '../../bench/contenders';
import { type ContestOptions, holdContest } from '../../bench/contest';
import { measureDetails } from '../../bench/details';
import { networks } from '../../bench/networks';

// The measured networks take minutes.
networks.tiny = { kind: 'plain', widths: [2], convolutions: 1 };
after(() => delete networks.tiny);

const options: ContestOptions = {
  network: 'tiny',
  precision: 'float32',
  works: [
    { task: 'train', batch: 128 },
    { task: 'predict', batch: 3 },
  ],
  rounds: 2,
  steps: 1,
  seconds: 1,
  say: () => {},
};

/** A peer that says `facts`, then ends. */
function peer(facts: object): Contender {
  const program = `console.log(${JSON.stringify(JSON.stringify(facts))})`;
  return {
    who: 'Keras',
    variant: 'default',
    precisions: ['float32'],
    command: [process.execPath, '--eval', program],
  };
}

test('holdContest(contenders) measures all tasks of those that run, and names those that do not', async () => {
  const contenders = [thisProject, peer({ parameters: 1 }), tensorflowJs];
  const { results, failures } = await holdContest(contenders, options);
  assert.deepEqual(
    results.map(({ who, task, batch, seconds }) => [who, task, batch, seconds.length]),
    [
      ['this project', 'train', 128, 2],
      ['TensorFlow.js', 'train', 128, 2],
      ['this project', 'predict', 3, 2],
      ['TensorFlow.js', 'predict', 3, 2],
    ],
  );
  assert.ok(results.every(({ seconds }) => seconds.every((each) => each > 0 && each < 30)));
  assert.deepEqual(failures, [
    {
      network: 'tiny',
      precision: 'float32',
      who: 'Keras',
      variant: 'default',
      reason: 'The process ended.',
    },
  ]);
});

test('holdContest(contenders) stops if two networks are not the same', async () => {
  const program = `console.log('{"parameters":7}'); process.stdin.on('data', () => console.log('{"seconds":1}'))`;
  const other = { ...peer({}), command: [process.execPath, '--eval', program] };
  await assert.rejects(
    holdContest([thisProject, other], { ...options, works: [] }),
    /not the same network: this project trains 52 parameters, Keras \(default\) trains 7/,
  );
});

test('measureDetails(contenders, results) names a peer that fails, and goes on without it', async () => {
  const facts = JSON.stringify({ parameters: 52 });
  const program = `console.log('${facts}'); process.stdin.on('data', () => console.log('{"error":"no memory"}'))`;
  const failing = { ...peer({}), command: [process.execPath, '--eval', program] };
  const { results } = await holdContest([thisProject], { ...options, rounds: 1 });
  const theirs = results.map((result) => ({ ...result, who: failing.who, variant: 'default' }));
  const measured = { rounds: 1, steps: 1, say: () => {} };
  const details = await measureDetails([thisProject, failing], [...results, ...theirs], measured);
  const [byBatch] = details;
  assert.deepEqual([...new Set(byBatch.results.map(({ who }) => who))], ['this project']);
  assert.deepEqual(
    byBatch.failures.map(({ who, reason }) => [who, reason]),
    [['Keras', 'no memory']],
  );
});

test('measureDetails(contenders, results) compares by batch and cores, and tells the share of augmentation', async () => {
  const contenders = [thisProject, tensorflowJs];
  const { results } = await holdContest(contenders, { ...options, rounds: 1 });
  const details = await measureDetails(contenders, results, { rounds: 1, steps: 1, say: () => {} });
  const text = details.map((detail) => detail.text).join('\n');
  assert.match(
    text,
    /^Training tiny in float32, images a second by the size of batches\nbatch +this project +TensorFlow\.js +ours is/,
  );
  for (const line of [/^ *32 .* ×$/m, /^ *500 .* ×$/m, /^ *1 .* ×$/m]) assert.match(text, line);
  assert.match(text, /augmentation takes -?[\d.]+ % of a step of tiny in float32/);
  const batches = details.flatMap((detail) => detail.results.map(({ batch }) => batch));
  assert.deepEqual([...new Set(batches)], [32, 64, 250, 500]);
});
