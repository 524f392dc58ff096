"""The benchmark's contender PyTorch: the networks of lib/network.ts, trained and run as PyTorch's users would."""

import torch
import torch.nn.functional as functional

from peer import serve, settings
from pytorch_machine import computing, device
from pytorch_networks import CLASSES, build, trained

asked = settings()
precision, variant = asked["precision"], asked["variant"]
height, width, channels = asked["shape"]

torch.manual_seed(0)
layout = torch.contiguous_format if variant == "default" else torch.channels_last

model = build(asked["network"], channels, asked["mean"], asked["deviation"])
model = model.to(device, memory_format=layout)
optimizer = torch.optim.SGD(trained(model), 0.01, momentum=0.9, nesterov=True, fused=True)
network = torch.compile(model, dynamic=False) if variant == "torch.compile" else model


def images(batch):
    pixels = torch.rand(batch, channels, height, width, device=device)
    return pixels.to(memory_format=layout)


def make_step(task, batch):
    x = images(batch)
    y = torch.randint(0, CLASSES, (batch,), device=device)

    def train():
        model.train()
        with computing(precision):
            logits = network(x)
        loss = functional.cross_entropy(logits.float(), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    def predict():
        model.eval()
        with torch.inference_mode(), computing(precision):
            return torch.softmax(network(x).float(), 1).cpu()

    return {"train": train, "predict": predict}[task]


serve(
    make_step,
    lambda: {
        "versions": {"PyTorch": torch.__version__},
        "device": "gpu" if device == "cuda" else "cpu",
        "parameters": sum(parameter.numel() for parameter in trained(model)),
    },
)
