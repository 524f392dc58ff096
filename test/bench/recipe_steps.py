"""Trains by bench/pytorch_recipe.py from given weights, on batches in the order of the images and without a change of
them: for test/bench/pytorch-recipe.test.ts.

The argument is that of pytorch_recipe.py. The folder has the file weights.json, too: the fixed whitening, if there is
one, and the trained weights, each with its shape in TensorFlow.js. A line of JSON goes out: the weights after the
training in the same order and layout, and the probabilities of the validation images.
"""

import json
import math
import os

import torch

import pytorch_recipe as pytorch
from peer import answer
from pytorch_networks import build, trained


def from_tensorflow(weight):
    tensor = torch.tensor(weight["values"], dtype=torch.float32).view(weight["shape"])
    return tensor.permute(3, 2, 0, 1) if tensor.ndim == 4 else tensor.T if tensor.ndim == 2 else tensor


def to_tensorflow(tensor):
    laid = tensor.permute(2, 3, 1, 0) if tensor.ndim == 4 else tensor.T if tensor.ndim == 2 else tensor
    return laid.flatten().tolist()


asked, recipe = pytorch.asked, pytorch.recipe
with open(os.path.join(asked["folder"], "weights.json")) as file:
    weights = json.load(file)

model = build(recipe["network"], 1, asked["mean"], asked["deviation"])
if weights["whitening"] is not None:
    model.layers[0].weight.data = from_tensorflow(weights["whitening"]).contiguous()
for parameter, weight in zip(trained(model), weights["trained"], strict=True):
    parameter.data = from_tensorflow(weight).contiguous()

images, labels = pytorch.read_images("train"), pytorch.read("labels", "train").long()
targets = torch.nn.functional.one_hot(labels, 10).float()
optimizer, averages = pytorch.make_optimizer(model), pytorch.Averages(model)
steps, step = recipe["epochs"] * math.ceil(len(images) / recipe["batchSize"]), 0
for _ in range(recipe["epochs"]):
    for x, y in zip(images.split(recipe["batchSize"]), targets.split(recipe["batchSize"]), strict=True):
        pytorch.take_step(model, model, optimizer, x, y, pytorch.learning_rate(step / steps))
        step += 1
        averages.move(step, steps)
averages.adopt()
model.eval()
with torch.inference_mode():
    shown = [model(view) for view in pytorch.views(pytorch.read_images("validation"))]
answer(
    {
        "weights": [to_tensorflow(parameter.detach()) for parameter in trained(model)],
        "probabilities": (sum(shown) / len(shown)).softmax(1).flatten().tolist(),
    }
)
