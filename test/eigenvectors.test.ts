import assert from 'node:assert/strict';
import test from 'node:test';
import { tf } from '../lib/backend';
import { eigenvectors } from '../lib/eigenvectors';

test('eigenvectors(matrix) gives the values in ascending order, and a vector a column', () => {
  tf.tidy(() => {
    // By hand: (1, −1) is stretched by 1, (1, 1) by 3.
    const [values, vectors] = eigenvectors(tf.tensor2d([2, 1, 1, 2], [2, 2]));
    [1, 3].forEach((expected, place) => {
      assert.ok(Math.abs(values.dataSync()[place] - expected) < 1e-5);
    });
    const [[a, b], [c, d]] = vectors.arraySync();
    assert.ok(Math.abs(a + c) < 1e-5 && Math.abs(b - d) < 1e-5, `${[a, b, c, d]}`);
    for (const length of [Math.hypot(a, c), Math.hypot(b, d)]) {
      assert.ok(Math.abs(length - 1) < 1e-5);
    }
  });
});
