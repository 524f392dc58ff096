import assert from 'node:assert/strict';
import test from 'node:test';
import {
  deviation,
  mcnemar,
  mean,
  meanInterval,
  median,
  normalBelow,
  quantile,
  twoProportions,
  welch,
  wilsonInterval,
} from '../lib/statistics';

// The constants are from SciPy 1.17.1 and statsmodels 0.15.0; each test says how.

function assertClose(found: number, expected: number, tolerance = 1e-12): void {
  assert.ok(Math.abs(found - expected) <= tolerance, `${found} is not ${expected}`);
}

test('mean(values) and deviation(values) are those of a sample', () => {
  const values = Float32Array.of(2, 4, 4, 4, 5, 5, 7, 9);
  assert.equal(mean(values), 5);
  assertClose(deviation(values), Math.sqrt(32 / 7));
  assert.equal(deviation([3]), Number.NaN);
  assert.equal(mean([]), Number.NaN);
});

test('meanInterval(values) reaches 1.96 standard errors to both sides', () => {
  const { mean: center, low, high } = meanInterval([2, 4, 4, 4, 5, 5, 7, 9]);
  assert.equal(center, 5);
  // scipy.stats.norm.ppf(0.975) · √(32 / 7) / √8
  const half = 1.959963984540054 * Math.sqrt(4 / 7);
  assertClose(low, 5 - half);
  assertClose(high, 5 + half);
});

test('median(values) and quantile(values, share) are those of numpy, in any order of the values', () => {
  // numpy.quantile(values, share)
  const values = [10, 2, 9, 4, 100, 3];
  assert.equal(median(values), 6.5);
  assert.equal(median([3, 100, 2]), 3);
  assertClose(quantile(values, 0.1), 2.5);
  assertClose(quantile(values, 0.9), 55);
  assert.deepEqual([quantile(values, 0), quantile(values, 1)], [2, 100]);
  assert.equal(quantile([7], 0.3), 7);
  assert.equal(median([]), Number.NaN);
  assert.deepEqual(values, [10, 2, 9, 4, 100, 3]);
});

test('wilsonInterval(correct, total, { confidence }) is that of scipy.stats.binomtest', () => {
  // binomtest(correct, total).proportion_ci(confidence_level=confidence, method='wilson')
  const cases = [
    [9500, 10000, 0.95, 0.9455528841569758, 0.9541015173094152],
    [9650, 10000, 0.95, 0.9612156914079668, 0.968427190107304],
    [9691, 10000, 0.95, 0.9655240818752312, 0.9723156508534],
    [0, 20, 0.95, 0, 0.16112515805281935],
    [20, 20, 0.95, 0.8388748419471808, 1],
    [7, 10, 0.99, 0.32002467920110256, 0.9204336834769342],
    [1, 3, 0.5, 0.18281725015861316, 0.5277418231406089],
  ];
  for (const [correct, total, confidence, low, high] of cases) {
    const interval = wilsonInterval(correct, total, { confidence });
    assertClose(interval.low, low);
    assertClose(interval.high, high);
  }
});

test('wilsonInterval(correct, total) refuses counts that cannot be', () => {
  for (const [correct, total] of [
    [1, 0],
    [-1, 10],
    [11, 10],
    [0.95, 1],
    [Number.NaN, 10],
  ]) {
    assert.throws(() => wilsonInterval(correct, total), /Expected whole numbers/);
  }
  assert.throws(
    () => wilsonInterval(1, 2, { confidence: 95 }),
    /A confidence lies between 0 and 1/,
  );
});

test('mcnemar(onlyFirst, onlySecond) is the exact two-sided binomial probability', () => {
  // binomtest(min(onlyFirst, onlySecond), onlyFirst + onlySecond).pvalue
  const cases = [
    [5, 5, 1],
    [0, 6, 0.03125],
    [86, 114, 0.05596574049426471],
    [36, 64, 0.006637120515926128],
    [12, 3, 0.03515625],
    [1000, 1100, 0.03072070786424249],
  ];
  for (const [onlyFirst, onlySecond, probability] of cases) {
    assertClose(mcnemar(onlyFirst, onlySecond), probability, 1e-10);
  }
  assert.equal(mcnemar(0, 0), 1);
  assert.throws(() => mcnemar(-1, 3), /got -1 of 2/);
});

test('twoProportions(first, second) is the z test of statsmodels', () => {
  // proportions_ztest([9691, other], [10000, 10000])[1]
  const first = { correct: 9691, total: 10000 };
  assertClose(twoProportions(first, { correct: 9660, total: 10000 }), 0.21605225442833031);
  assertClose(twoProportions(first, { correct: 9600, total: 10000 }), 0.0005017639380396581);
  assert.equal(twoProportions(first, first), 1);
  assert.equal(twoProportions({ correct: 10, total: 10 }, { correct: 5, total: 5 }), 1);
});

test('normalBelow(z) is scipy.stats.norm.cdf(z)', () => {
  const cases = [
    [0, 0.5],
    [0.5, 0.6914624612740131],
    [1, 0.8413447460685429],
    [3, 0.9986501019683699],
    [5, 0.9999997133484281],
    [40, 1],
  ];
  for (const [z, probability] of cases) {
    assertClose(normalBelow(z), probability, 1e-14);
    assertClose(normalBelow(-z), 1 - probability, 1e-14);
  }
});

test('welch(first, second) is scipy.stats.ttest_ind with unequal variances, and its interval', () => {
  // ttest_ind(first, second, equal_var=False): pvalue, confidence_interval(0.95)
  const cases: [number[], number[], number[]][] = [
    [
      [94.1, 93.9, 94.3, 94.0, 94.2],
      [94.0, 94.1, 93.8, 94.2, 93.9],
      [0.34659350708735703, -0.13060041352042068, 0.3306004135204093],
    ],
    [
      [1, 2, 3],
      [4, 5, 9, 10],
      [0.0358782707830399, -9.454817153927507, -0.5451828460724935],
    ],
    [
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
      [3.0, 3.1],
      [0.1645403152891269, -0.7170293821603959, 3.6170293821603963],
    ],
  ];
  for (const [first, second, [probability, low, high]] of cases) {
    const found = welch(first, second);
    assertClose(found.difference, mean(first) - mean(second));
    assertClose(found.probability, probability, 1e-8);
    assertClose(found.low, low, 1e-8);
    assertClose(found.high, high, 1e-8);
  }
});

test('welch(first, second) refuses samples that tell nothing of their spread', () => {
  assert.throws(() => welch([1], [2, 3]), RangeError);
  assert.throws(() => welch([2, 2], [3, 3]), RangeError);
});
