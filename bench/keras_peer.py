"""The benchmark's contender Keras on TensorFlow: the networks of lib/network.ts, by Keras's own training step."""

import keras
import tensorflow as tf
from keras import layers

from peer import serve, settings

asked = settings()
recipe, variant = asked["network"], asked["variant"]
CLASSES = 10

if asked["precision"] == "bfloat16":
    keras.mixed_precision.set_global_policy("mixed_bfloat16")
keras.utils.set_random_seed(0)


def convolution(outputs, size=3, strides=1):
    return layers.Conv2D(outputs, size, strides, padding="same", use_bias=False)


def normalization():
    return layers.BatchNormalization(momentum=0.9, epsilon=1e-5)


def apply(x, *chain):
    for layer in chain:
        x = layer(x)
    return x


def normalized(x, outputs, activation):
    name = {"swish": "silu"}.get(activation, activation)
    return apply(x, convolution(outputs), normalization(), layers.Activation(name))


def plain(x):
    for outputs in recipe["widths"]:
        for _ in range(recipe["convolutions"]):
            x = normalized(x, outputs, "relu")
        x = layers.MaxPooling2D(2)(x)
    return layers.GlobalAveragePooling2D()(x)


def airbench(x):
    activation = {"swish": "silu"}.get(recipe["activation"], recipe["activation"])
    for outputs in recipe["widths"]:
        x = apply(x, convolution(outputs), layers.MaxPooling2D(2))
        x = shortcut = apply(x, normalization(), layers.Activation(activation))
        for _ in range(recipe["convolutions"] - 1):
            x = normalized(x, outputs, activation)
        if recipe["convolutions"] == 3:
            x = layers.add([x, shortcut])
    return layers.GlobalMaxPooling2D()(x)


def wide_residual(x):
    x = convolution(16)(x)
    for stage in range(3):
        outputs = 16 * 2**stage * recipe["width"]
        for index in range((recipe["depth"] - 4) // 6):
            strides = 2 if stage > 0 and index == 0 else 1
            x = residual(x, outputs, strides)
    return apply(x, normalization(), layers.ReLU(), layers.GlobalAveragePooling2D())


def residual(x, outputs, strides):
    prepared = apply(x, normalization(), layers.ReLU())
    shortcut = x if x.shape[-1] == outputs else convolution(outputs, 1, strides)(prepared)
    changed = apply(
        prepared,
        convolution(outputs, strides=strides),
        normalization(),
        layers.ReLU(),
        convolution(outputs),
    )
    return layers.add([changed, shortcut])


kinds = {"plain": plain, "airbench": airbench, "wide-residual": wide_residual}
inputs = keras.Input(asked["shape"])
scale = 1 / asked["deviation"]
features = kinds[recipe["kind"]](layers.Rescaling(scale, -asked["mean"] * scale)(inputs))
logits = layers.Dense(CLASSES)(features)
# The softmax and the loss are computed in float32, as mixed precision wants it.
model = keras.Model(inputs, layers.Activation("linear", dtype="float32")(logits))
model.compile(
    keras.optimizers.SGD(0.01, momentum=0.9, nesterov=True),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    jit_compile=variant == "jit_compile",
)


@tf.function(jit_compile=variant == "jit_compile")
def probabilities(x):
    return tf.nn.softmax(model(x, training=False))


def make_step(task, batch):
    x = tf.random.uniform((batch, *asked["shape"]))
    y = tf.random.uniform((batch,), maxval=CLASSES, dtype=tf.int32)
    if task == "train":
        return lambda: model.train_on_batch(x, y)
    return lambda: probabilities(x).numpy()


serve(
    make_step,
    lambda: {
        "versions": {"Keras": keras.__version__, "TensorFlow": tf.__version__},
        "device": "gpu" if tf.config.list_physical_devices("GPU") else "cpu",
        "parameters": sum(weight.numpy().size for weight in model.trainable_weights),
    },
)
