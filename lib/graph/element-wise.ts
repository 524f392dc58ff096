/** Operations that work on each number by itself, with TensorFlow's names of their outputs. */
export const elementWiseOutputs: Record<string, string> = {
  ...named('y', ['Cast', 'Erf', 'Exp', 'Neg', 'Sigmoid', 'Square', 'Tanh']),
  ...named('z', ['Add', 'AddV2', 'Maximum', 'Minimum', 'Mul', 'RealDiv', 'Sub']),
  ...named('z', ['SigmoidGrad', 'TanhGrad']),
  AddN: 'sum',
};

function named(output: string, operations: string[]): Record<string, string> {
  return Object.fromEntries(operations.map((operation) => [operation, output]));
}
