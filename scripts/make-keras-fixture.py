"""Writes test/fixtures/keras.json: what Keras 3 makes of a tiny network in a few steps.

Run it with an environment that has tensorflow-cpu 2.21 (and with it Keras 3):
    python scripts/make-keras-fixture.py
"""

import json
import os
import pathlib

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

STEPS = 4
BATCH = 6
SHAPE = (5, 5, 1)
CLASSES = 3
PATH = pathlib.Path(__file__).parents[1] / "test" / "fixtures" / "keras.json"

#: What each case is called and how Keras is told of it; the tests say the same in the project's terms.
CASES = {
    "sgd": lambda: keras.optimizers.SGD(0.1),
    "momentum": lambda: keras.optimizers.SGD(0.1, momentum=0.9),
    "nesterov": lambda: keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True),
    "nesterovDecay": lambda: keras.optimizers.SGD(
        0.1, momentum=0.9, nesterov=True, weight_decay=0.05
    ),
    "adamw": lambda: keras.optimizers.AdamW(
        0.01, beta_1=0.9, beta_2=0.99, epsilon=1e-6, weight_decay=0.1
    ),
    "clipped": lambda: keras.optimizers.SGD(0.1, momentum=0.9, global_clipnorm=1.7),
    "clippedAdamw": lambda: keras.optimizers.AdamW(
        0.01, beta_1=0.8, beta_2=0.9, epsilon=1e-3, weight_decay=0, global_clipnorm=0.2
    ),
}


def build(initial):
    model = keras.Sequential(
        [
            keras.Input(SHAPE),
            keras.layers.Conv2D(2, 3, use_bias=False),
            keras.layers.BatchNormalization(momentum=0.8, epsilon=1e-2),
            keras.layers.ReLU(),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(CLASSES),
        ]
    )
    model.set_weights(initial)
    return model


def train(optimizer, initial, images, labels):
    """The losses of all steps and, after each, the values of all weights."""
    model = build(initial)
    loss_of = keras.losses.CategoricalCrossentropy(from_logits=True)
    # Kernels decay, offsets and scales do not.
    kept = [weight for weight in model.trainable_weights if len(weight.shape) == 1]
    optimizer.exclude_from_weight_decay(var_list=kept)
    losses, weights, norms = [], [], []
    for step in range(STEPS):
        batch = slice(step * BATCH, (step + 1) * BATCH)
        with tf.GradientTape() as tape:
            logits = model(images[batch] / np.float32(255), training=True)
            loss = loss_of(np.eye(CLASSES, dtype="float32")[labels[batch]], logits)
        gradients = tape.gradient(loss, model.trainable_weights)
        norms.append(float(tf.linalg.global_norm(gradients)))
        optimizer.apply(gradients, model.trainable_weights)
        losses.append(float(loss))
        weights.append([weight.numpy() for weight in model.weights])
    return {"losses": losses, "norms": norms, "weights": [flat(step) for step in weights]}


def flat(arrays):
    return [[float(np.float32(value)) for value in array.ravel()] for array in arrays]


def main():
    random = np.random.default_rng(7)
    images = random.integers(0, 256, (STEPS * BATCH, *SHAPE)).astype("float32")
    labels = random.integers(0, CLASSES, STEPS * BATCH)
    initial = [
        random.normal(0, 0.5, (3, 3, 1, 2)),
        random.normal(1, 0.2, 2),
        random.normal(0, 0.5, 2),
        random.normal(0, 0.5, 2),
        random.uniform(0.5, 2, 2),
        random.normal(0, 1, (2, CLASSES)),
        random.normal(0, 0.5, CLASSES),
    ]
    initial = [array.astype("float32") for array in initial]
    # In Keras's order: trainable and moving statistics of a layer together.
    cases = {name: train(make(), initial, images, labels) for name, make in CASES.items()}
    fixture = {
        "versions": {"keras": keras.__version__, "tensorflow": tf.__version__},
        "batch": BATCH,
        "shape": SHAPE,
        "classes": CLASSES,
        "images": images.astype(int).ravel().tolist(),
        "labels": labels.tolist(),
        "initial": flat(initial),
        "cases": cases,
    }
    PATH.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")


main()
