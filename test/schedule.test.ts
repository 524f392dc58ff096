import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { checkSchedule, learningRate, type Schedule } from '../lib/schedule';

const triangular: Schedule = { kind: 'triangular', peak: 2, warmup: 0.25, final: 0.1 };
const cosine: Schedule = { kind: 'cosine', peak: 2, warmup: 0.25 };

const points: [name: string, schedule: Schedule, rates: [done: number, rate: number][]][] = [
  [
    'flat',
    { kind: 'flat', peak: 0.3 },
    [
      [0, 0.3],
      [0.5, 0.3],
      [1, 0.3],
    ],
  ],
  [
    'triangular',
    triangular,
    [
      [0, 0],
      [0.125, 1],
      [0.25, 2],
      [0.625, 1.1],
      [1, 0.2],
    ],
  ],
  [
    'triangular without warm-up',
    { ...triangular, warmup: 0 },
    [
      [0, 2],
      [0.5, 1.1],
      [1, 0.2],
    ],
  ],
  [
    'triangular, warm-up only',
    { ...triangular, warmup: 1 },
    [
      [0, 0],
      [0.5, 1],
      [1, 2],
    ],
  ],
  [
    'cosine',
    cosine,
    [
      [0, 0],
      [0.125, 1],
      [0.25, 2],
      [0.5, 1.5],
      [0.625, 1],
      [1, 0],
    ],
  ],
  [
    'cosine without warm-up',
    { ...cosine, warmup: 0 },
    [
      [0, 2],
      [1 / 3, 1.5],
      [0.5, 1],
      [1, 0],
    ],
  ],
];

for (const [name, schedule, rates] of points) {
  test(`learningRate(schedule, done) of a schedule that is ${name} goes through its points`, () => {
    for (const [done, rate] of rates) {
      assert.ok(Math.abs(learningRate(schedule, done) - rate) < 1e-12, `at ${done}`);
    }
  });
}

const share = () => fc.double({ min: 0, max: 1, noNaN: true });
const schedules = fc.oneof(
  fc.record({ kind: fc.constant('flat' as const), peak: fc.constant(0.1) }),
  fc.record({ kind: fc.constant('cosine' as const), peak: fc.constant(3), warmup: share() }),
  fc.record({
    kind: fc.constant('triangular' as const),
    peak: fc.constant(0.5),
    warmup: share(),
    final: share(),
  }),
);

test('learningRate(schedule, done) stays between 0 and the peak', () => {
  fc.assert(
    fc.property(schedules, share(), (schedule, done) => {
      const rate = learningRate(schedule, done);
      return rate >= 0 && rate <= schedule.peak * (1 + 1e-12);
    }),
  );
});

test('learningRate(schedule, done) rises until the warm-up is done and never after', () => {
  fc.assert(
    fc.property(schedules, share(), share(), (schedule, one, other) => {
      const [early, late] = [one, other].sort((a, b) => a - b);
      const step = learningRate(schedule, late) - learningRate(schedule, early);
      if (schedule.kind === 'flat') return step === 0;
      if (late <= schedule.warmup) return step >= 0;
      return early < schedule.warmup || step <= 1e-12;
    }),
  );
});

const wrong: [what: string, run: () => void, message: RegExp][] = [
  ['a share done below 0', () => learningRate(cosine, -0.1), /done must be a share .* got -0\.1\./],
  ['a share done above 1', () => learningRate(cosine, 1.01), /done must be a share .* got 1\.01\./],
  ['a share done that is no number', () => learningRate(cosine, Number.NaN), /done .* got NaN\./],
  ['a peak of 0', () => checkSchedule({ kind: 'flat', peak: 0 }), /peak must be a rate above 0/],
  ['an endless peak', () => checkSchedule({ ...cosine, peak: Infinity }), /peak .* got Infinity\./],
  ['a warm-up above 1', () => checkSchedule({ ...cosine, warmup: 2 }), /warmup .* got 2\./],
  ['a final share below 0', () => checkSchedule({ ...triangular, final: -1 }), /final .* got -1\./],
];

for (const [what, run, message] of wrong) {
  test(`a schedule with ${what} is refused`, () => {
    assert.throws(run, { name: 'RangeError', message });
  });
}
