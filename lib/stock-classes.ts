/** What stock TensorFlow.js knows by name, in Node and in a browser: all that a saved model may contain. */

/** Of TensorFlow.js 4.22.0; a test compares them with a fresh one. */
export const stockClasses: ReadonlySet<string> = new Set(
  `
  Activation Adadelta Adagrad Adam Adamax Add AlphaDropout Average AveragePooling1D AveragePooling2D
  AveragePooling3D BatchNormalization Bidirectional CategoryEncoding CenterCrop Concatenate Constant
  Conv1D Conv2D Conv2DTranspose Conv3D Conv3DTranspose ConvLSTM2D ConvLSTM2DCell Cropping2D Dense
  DepthwiseConv2D Dot Dropout ELU Embedding Flatten Functional GRU GRUCell GaussianDropout
  GaussianNoise GlobalAveragePooling1D GlobalAveragePooling2D GlobalMaxPooling1D GlobalMaxPooling2D
  GlorotNormal GlorotUniform HeNormal HeUniform Identity InputLayer L1L2 LSTM LSTMCell
  LayerNormalization LeCunNormal LeCunUniform LeakyReLU Masking MaxNorm MaxPooling1D MaxPooling2D
  MaxPooling3D Maximum MinMaxNorm Minimum Model Momentum Multiply NonNeg Ones Orthogonal PReLU
  Permute RMSProp RNN RandomNormal RandomUniform RandomWidth ReLU RepeatVector Rescaling Reshape
  Resizing SGD SeparableConv2D Sequential SimpleRNN SimpleRNNCell Softmax SpatialDropout1D
  StackedRNNCells ThresholdedReLU TimeDistributed TruncatedNormal UnitNorm UpSampling2D
  VarianceScaling ZeroPadding2D Zeros elu gelu gelu_new hardSigmoid linear logSoftmax mish relu
  relu6 selu sigmoid softmax softplus softsign swish tanh
  `
    .trim()
    .split(/\s+/),
);

/** Returns the names of a model's topology (the parsed `model.json`) that are not stock, each once. */
export function foreignClasses(topology: unknown): string[] {
  return [...new Set(classesOf(topology))].filter((name) => !stockClasses.has(camelCase(name)));
}

/** All class and activation names, at any depth. */
function classesOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([field, inner]) => {
    const named = /^(class_name|(recurrent_)?activation)$/.test(field) && typeof inner === 'string';
    return named ? [inner] : classesOf(inner);
  });
}

/** Saved activations are in snake case, `hard_sigmoid`; only `gelu_new` is so itself. */
function camelCase(name: string): string {
  if (stockClasses.has(name)) return name;
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
