/** The directions that a symmetric matrix stretches, and by how much. */
import type { tf } from './backend';
import { attribute, nativeOutputs } from './graph/native';

/**
 * Returns a symmetric matrix's eigenvalues, float32 [n] with the smallest first, and its eigenvectors,
 * float32 [n, n] with a vector a column. The caller disposes both.
 */
export function eigenvectors(matrix: tf.Tensor): [values: tf.Tensor1D, vectors: tf.Tensor2D] {
  const outputs = nativeOutputs('SelfAdjointEigV2', 2, {
    inputs: [matrix],
    attributes: [attribute.type('T', 'float32'), attribute.boolean('compute_v', true)],
  });
  return outputs as [tf.Tensor1D, tf.Tensor2D];
}
