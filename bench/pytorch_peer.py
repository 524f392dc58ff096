"""The benchmark's contender PyTorch: the networks of lib/network.ts, trained and run as PyTorch's users would."""

import os

import torch
import torch.nn.functional as functional
from torch import nn

from peer import serve, settings

asked = settings()
recipe, precision, variant = asked["network"], asked["precision"], asked["variant"]
height, width, channels = asked["shape"]
CLASSES = 10

if hasattr(os, "sched_getaffinity"):
    torch.set_num_threads(len(os.sched_getaffinity(0)))
torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
layout = torch.contiguous_format if variant == "default" else torch.channels_last
activations = {"relu": nn.ReLU, "gelu": nn.GELU, "swish": nn.SiLU}


def convolution(inputs, outputs, size=3, stride=1):
    return nn.Conv2d(inputs, outputs, size, stride, padding=size // 2, bias=False)


def normalized(inputs, outputs, activation):
    return [convolution(inputs, outputs), normalization(outputs), activations[activation]()]


def normalization(features):
    return nn.BatchNorm2d(features, eps=1e-5, momentum=0.1)


def plain():
    layers, inputs = [], channels
    for outputs in recipe["widths"]:
        for _ in range(recipe["convolutions"]):
            layers += normalized(inputs, outputs, "relu")
            inputs = outputs
        layers.append(nn.MaxPool2d(2))
    return layers + [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, CLASSES)]


class Residual(nn.Module):
    """Adds what `changed` makes of the input to the input, or to what `shortcut` makes of it."""

    def __init__(self, changed, before=None, shortcut=None):
        super().__init__()
        self.before = before or nn.Identity()
        self.shortcut = shortcut
        self.changed = nn.Sequential(*changed)

    def forward(self, x):
        prepared = self.before(x)
        shortcut = x if self.shortcut is None else self.shortcut(prepared)
        return self.changed(prepared) + shortcut


def airbench():
    activation, count = recipe["activation"], recipe["convolutions"]
    layers, inputs = [], channels
    for outputs in recipe["widths"]:
        layers += [convolution(inputs, outputs), nn.MaxPool2d(2)]
        layers += [normalization(outputs), activations[activation]()]
        further = [layer for _ in range(count - 1) for layer in normalized(outputs, outputs, activation)]
        layers += [Residual(further)] if count == 3 else further
        inputs = outputs
    return layers + [nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(inputs, CLASSES)]


def wide_residual():
    layers, inputs = [convolution(channels, 16)], 16
    for stage in range(3):
        outputs = 16 * 2**stage * recipe["width"]
        for index in range((recipe["depth"] - 4) // 6):
            stride = 2 if stage > 0 and index == 0 else 1
            layers.append(
                Residual(
                    before=nn.Sequential(normalization(inputs), nn.ReLU()),
                    changed=[
                        convolution(inputs, outputs, stride=stride),
                        normalization(outputs),
                        nn.ReLU(),
                        convolution(outputs, outputs),
                    ],
                    shortcut=None if inputs == outputs else convolution(inputs, outputs, 1, stride),
                )
            )
            inputs = outputs
    layers += [normalization(inputs), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    return layers + [nn.Linear(inputs, CLASSES)]


class Normalized(nn.Module):
    """The network, on pixels from 0 to 1."""

    def __init__(self, layers):
        super().__init__()
        self.layers = nn.Sequential(*layers)

    def forward(self, x):
        return self.layers((x - asked["mean"]) / asked["deviation"])


kinds = {"plain": plain, "airbench": airbench, "wide-residual": wide_residual}
model = Normalized(kinds[recipe["kind"]]()).to(device, memory_format=layout)
optimizer = torch.optim.SGD(model.parameters(), 0.01, momentum=0.9, nesterov=True, fused=True)
network = torch.compile(model, dynamic=False) if variant == "torch.compile" else model


def images(batch):
    pixels = torch.rand(batch, channels, height, width, device=device)
    return pixels.to(memory_format=layout)


def computing():
    return torch.autocast(device, dtype=torch.bfloat16, enabled=precision == "bfloat16")


def make_step(task, batch):
    x = images(batch)
    y = torch.randint(0, CLASSES, (batch,), device=device)

    def train():
        model.train()
        with computing():
            logits = network(x)
        loss = functional.cross_entropy(logits.float(), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    def predict():
        model.eval()
        with torch.inference_mode(), computing():
            return torch.softmax(network(x).float(), 1).cpu()

    return {"train": train, "predict": predict}[task]


serve(
    make_step,
    lambda: {
        "versions": {"PyTorch": torch.__version__},
        "device": "gpu" if device == "cuda" else "cpu",
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
    },
)
