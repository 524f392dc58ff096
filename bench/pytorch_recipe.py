"""A whole training by a recipe of lib/recipes.ts as PyTorch's users would write it: how long, and how accurate.

The argument is JSON: recipe, precision, mean, deviation, and a folder with the files images.train, labels.train,
images.validation and labels.validation, a byte a number. One line of JSON goes out.
"""

import copy
import math
import os
import time

import torch
import torch.nn.functional as functional

import pytorch_transforms as changes
from peer import answer, settings
from pytorch_machine import computing, device
from pytorch_networks import CLASSES, build, set_whitening, trained

asked = settings()
recipe = asked["recipe"]
optimizing, schedule, averaging = recipe["optimizer"], recipe["schedule"], recipe["averaging"]

torch.manual_seed(recipe["seed"])

SIDE = 28
WHITENED = 5000  # images that whitening is computed from
CHUNK = 250  # images that are classified at once


def read(kind, part):
    with open(os.path.join(asked["folder"], f"{kind}.{part}"), "rb") as file:
        return torch.frombuffer(bytearray(file.read()), dtype=torch.uint8).to(device)


def read_images(part):
    return read("images", part).view(-1, 1, SIDE, SIDE).float().div_(255)


def make_transform(kind, pixels=2, probability=0.5, padding="zero", area=(0.02, 0.4), fill="pixel", strength=0.5):
    if kind == "alternatingFlip":
        return changes.alternating_flip
    if kind == "shift" and padding == "zero":
        return changes.shift(pixels)
    if kind == "erase" and fill in ("pixel", "random", "mean"):
        return changes.erase(probability, area, fill=fill)
    if kind == "cutmix":
        return changes.cutmix(probability)
    if kind == "randomPolicy":
        return changes.policy(strength)
    raise ValueError(f"The change {kind} is not written here: write it, or measure another recipe.")


for missing in ("clipNorm", "distillation"):
    if missing in recipe:
        raise ValueError(f"{missing} is not written here: write it, or measure another recipe.")


def learning_rate(done):
    peak = schedule["peak"]
    if schedule["kind"] == "flat":
        return peak
    warmup = schedule["warmup"]
    if done < warmup:
        return peak * done / warmup
    fallen = (done - warmup) / (1 - warmup)
    if schedule["kind"] == "cosine":
        return peak * (1 + math.cos(math.pi * fallen)) / 2
    return peak * (1 - fallen * (1 - schedule["final"]))


class Descent:
    """SGD with a rate of its own for offsets, and decay that is decoupled from the gradient."""

    def __init__(self, weights, settings):
        self.settings = settings
        self.kernels = [weight for weight in weights if weight.ndim > 1]
        self.offsets = [weight for weight in weights if weight.ndim == 1]
        groups = [{"params": self.kernels}, {"params": self.offsets}]
        momentum, nesterov = settings["momentum"], settings["nesterov"]
        self.sgd = torch.optim.SGD(groups, 0.1, momentum=momentum, nesterov=nesterov, fused=True)

    @torch.no_grad()
    def step(self, rate):
        decayed = self.kernels + (self.offsets if self.settings.get("decayOffsets") else [])
        torch._foreach_mul_(decayed, 1 - rate * self.settings["weightDecay"])
        for group, factor in zip(self.sgd.param_groups, [1, self.settings.get("offsetRate", 1)]):
            group["lr"] = rate * factor
        self.sgd.step()
        self.sgd.zero_grad()


class Muon:
    """Orthogonal momentum for the kernels of convolutions, SGD for the other weights, as in lib/graph/muon.ts."""

    def __init__(self, weights, settings):
        self.settings = settings
        self.kernels = [weight for weight in weights if weight.ndim == 4]
        self.momentum = [torch.zeros_like(kernel) for kernel in self.kernels]
        others = [weight for weight in weights if weight.ndim != 4]
        self.others = Descent(others, {**settings, "nesterov": True, "decayOffsets": True})

    @torch.no_grad()
    def step(self, rate):
        for kernel, momentum in zip(self.kernels, self.momentum):
            momentum.mul_(self.settings["momentum"]).add_(kernel.grad)
            ahead = kernel.grad.add(momentum, alpha=self.settings["momentum"])
            kernel.mul_(math.sqrt(len(kernel)) / kernel.norm())
            kernel.sub_(self.orthogonal(ahead.flatten(1)).view_as(kernel), alpha=rate)
            kernel.grad = None
        self.others.step(rate * self.settings["otherRate"])

    def orthogonal(self, matrix):
        outputs, inputs = matrix.shape
        x = matrix.bfloat16() if asked["precision"] == "bfloat16" else matrix
        x = x / (x.norm() + 1e-7)
        x = x.T if outputs > inputs else x
        for _ in range(self.settings["rounds"]):
            square = x @ x.T
            x = 3.4445 * x + (-4.775 * square + 2.0315 * square @ square) @ x
        x = x.T if outputs > inputs else x
        return x.to(matrix.dtype) * math.sqrt(max(1, outputs / inputs))


def make_optimizer(model):
    kind = {"sgd": Descent, "muon": Muon}[optimizing["kind"]]
    return kind(trained(model), optimizing)


class Averages:
    """Averages of weights and of batch norm's statistics, as in lib/weight-averaging.ts."""

    def __init__(self, model):
        self.values = [value for value in model.state_dict().values() if value.is_floating_point()]
        self.averages = [value.clone() for value in self.values]

    @torch.no_grad()
    def move(self, step, steps):
        if averaging["kind"] == "none" or (step % averaging["every"] != 0 and step != steps):
            return
        moves = step / averaging["every"]
        decay = min(averaging["decay"], moves / (10 + moves))
        if averaging["kind"] == "lookahead":
            decay = averaging["decay"] * (step / steps) ** 3
        torch._foreach_lerp_(self.averages, self.values, 1 - decay)
        if averaging["kind"] == "lookahead":
            self.adopt()

    @torch.no_grad()
    def adopt(self):
        if averaging["kind"] != "none":
            torch._foreach_copy_(self.values, self.averages)


def take_step(model, network, optimizer, x, y, rate):
    model.train()
    with computing(asked["precision"]):
        logits = network(x.to(memory_format=torch.channels_last))
    loss = functional.cross_entropy(logits.float(), y, label_smoothing=recipe["labelSmoothing"])
    loss.backward()
    optimizer.step(rate)
    return loss.item()


def compiled(model):
    return torch.compile(model, dynamic=False)


ways = {"channels_last": lambda model: model, "torch.compile": compiled}


def fastest_way(model, x, y):
    """Whether the network as it is or compiled is faster, tried on copies of the model."""
    seconds = {}
    for name, way in ways.items():
        tried = copy.deepcopy(model)
        network, optimizer = way(tried), make_optimizer(tried)
        try:
            for index in range(13):
                if index == 3:
                    start = time.perf_counter()
                take_step(tried, network, optimizer, x, y, 1e-3)
            seconds[name] = time.perf_counter() - start
        except Exception as error:  # Where there is no compiler.
            print(f"{name}: {error}"[:500])
    return min(seconds, key=seconds.get)


def train(model, network, images, labels):
    optimizer, averages = make_optimizer(model), Averages(model)
    transform = changes.compose(*(make_transform(**change) for change in recipe["augmentation"]))
    signs = torch.randint(0, 2, (len(images),), device=device)
    size, step = recipe["batchSize"], 0
    steps = recipe["epochs"] * math.ceil(len(images) / size)
    for epoch in range(recipe["epochs"]):
        for places in torch.randperm(len(images), device=device).split(size):
            with torch.no_grad():
                x, y = transform(images[places], labels[places], (signs[places] + epoch) % 2)
            take_step(model, network, optimizer, x, y, learning_rate(step / steps))
            step += 1
            averages.move(step, steps)
    averages.adopt()


def views(x):
    """The looks of lib/views.ts: mirrored too, and each moved by a pixel up and left, and down and right."""
    kind = recipe.get("views", "plain")
    looks = [x] if kind == "plain" else [x, x.flip(3)]
    pixels = [0, -1, 1] if kind == "mirrored-and-shifted" else [0]
    return [functional.pad(look, (by, -by, by, -by)) for by in pixels for look in looks]


@torch.inference_mode()
def accuracy(model, images, labels):
    model.eval()
    correct = 0
    for x, y in zip(images.split(CHUNK), labels.split(CHUNK)):
        with computing(asked["precision"]):
            looks = [model(view.to(memory_format=torch.channels_last)).float() for view in views(x)]
        correct += (sum(looks).argmax(1) == y).sum().item()
    return correct / len(images)


def main():
    images, targets = read_images("train"), read("labels", "train").long()
    validation = read_images("validation"), read("labels", "validation").long()
    labels = functional.one_hot(targets, CLASSES).float()
    size = recipe["batchSize"]
    model = build(recipe["network"], 1, asked["mean"], asked["deviation"])
    model = model.to(device, memory_format=torch.channels_last)
    way = fastest_way(model, images[:size], labels[:size])
    torch._dynamo.reset()

    start = time.perf_counter()
    if "whitening" in recipe["network"]:
        set_whitening(model.layers[0], (images[:WHITENED] - asked["mean"]) / asked["deviation"])
    train(model, ways[way](model), images, labels)
    reached = accuracy(model, *validation)
    answer(
        {
            "seconds": time.perf_counter() - start,
            "validationAccuracy": reached,
            "variant": way,
            "device": device,
            "parameters": sum(parameter.numel() for parameter in trained(model)),
            "versions": {"PyTorch": torch.__version__},
        }
    )


if __name__ == "__main__":
    main()
