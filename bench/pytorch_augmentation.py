"""What the transforms cost in PyTorch: a batch of random images, changed again and again."""

import torch

import pytorch_transforms as changes
from peer import serve, settings
from pytorch_machine import device

torch.manual_seed(0)
count, (height, width, channels), CLASSES = settings()["count"], settings()["shape"], 10

transforms = {
    "nothing": changes.compose(),
    "flip": changes.flip,
    "alternatingFlip": changes.alternating_flip,
    "rotate": changes.rotate,
    "affine": changes.affine,
    "shift, zero": changes.shift(),
    "shift, mirrored": changes.shift(padding="reflect"),
    "erase, random pixels": changes.erase(),
    "erase, one grey": changes.erase(fill="random"),
    "cutout": changes.cutout,
    "mixup": changes.mixup,
    "cutmix": changes.cutmix(),
    "brightness": changes.brightness,
    "contrast": changes.contrast,
    "distort": changes.distort,
    "randomPolicy": changes.policy(),
    "normalize": changes.normalize,
    "flip + shift + erase": changes.compose(changes.alternating_flip, changes.shift(), changes.erase()),
    "flip + policy + erase": changes.compose(changes.alternating_flip, changes.policy(), changes.erase()),
    "flip + affine + tone + erase + mixup": changes.compose(
        changes.alternating_flip,
        changes.affine,
        changes.brightness,
        changes.contrast,
        changes.erase(),
        changes.mixup,
    ),
}

signs = torch.randint(0, 2, (count,), device=device)
x0 = torch.rand(count, channels, height, width, device=device)
y0 = torch.ones(count, CLASSES, device=device)


def make_step(transform, _):
    epoch = 0

    @torch.inference_mode()
    def step():
        nonlocal epoch
        epoch += 1
        x, y = transforms[transform](x0, y0, (signs + epoch) % 2)
        return (x.sum() + y.sum()).item()

    return step


serve(make_step, lambda: {"versions": {"PyTorch": torch.__version__}, "device": device, "parameters": 0})
