import assert from 'node:assert/strict';
import test from 'node:test';
import { parseArguments } from '../../bench/arguments';

test('parseArguments([]) asks for all networks and all sections', () => {
  assert.deepEqual(parseArguments([]), {
    augmentation: false,
    precisionAccuracy: false,
    timeToAccuracy: undefined,
    seeds: 5,
    json: undefined,
    networks: ['plain', 'airbench', 'wide-residual'],
    precisions: ['float32', 'bfloat16'],
    steps: undefined,
    rounds: 7,
    brief: false,
  });
});

test('parseArguments(words) takes one network, numbers and a file', () => {
  const words =
    '--only airbench --precision float32 --steps 2 --rounds 3 --brief --json rows.json'.split(' ');
  assert.deepEqual(parseArguments(words), {
    augmentation: false,
    precisionAccuracy: false,
    timeToAccuracy: undefined,
    seeds: 5,
    json: 'rows.json',
    networks: ['airbench'],
    precisions: ['float32'],
    steps: 2,
    rounds: 3,
    brief: true,
  });
  assert.equal(parseArguments(['--augmentation']).augmentation, true);
  const timed = parseArguments('--time-to-accuracy speed94 --seeds 3'.split(' '));
  assert.deepEqual([timed.timeToAccuracy, timed.seeds], ['speed94', 3]);
});

for (const [words, expected] of [
  ['--only vgg', /--only is vgg: expected plain or airbench or wide-residual\./],
  ['--only toString', /--only is toString: expected/],
  ['--precision float16', /--precision is float16: expected float32 or bfloat16\./],
  ['--time-to-accuracy slow', /There is no recipe "slow"/],
  ['--steps 0', /--steps is 0: expected a whole number above 0\./],
  ['--rounds 2.5', /--rounds is 2\.5/],
  ['--steps many', /--steps is many/],
  ['--precision-accuracy --seeds 1', /--seeds is 1: expected 2 or more/],
  [
    '--time-to-accuracy speed95 --precision float32',
    /Beside --time-to-accuracy, leave out --precision/,
  ],
  ['--augmentation --rounds 3 --seeds 2', /Beside --augmentation, leave out --rounds and --seeds/],
  ['--augmentation --precision-accuracy', /Beside --augmentation, leave out --precision-accuracy/],
  ['--only plain --seeds 3', /--seeds is for --time-to-accuracy and --precision-accuracy/],
  ['--fast', /Unknown option '--fast'/],
  ['plain', /Unexpected argument 'plain'/],
] as const) {
  test(`parseArguments(${words}) is refused`, () => {
    assert.throws(() => parseArguments(words.split(' ')), expected);
  });
}
