"""The transforms of lib/augmentation.ts as PyTorch's users would write them: batched, each image with draws of its own.

torchvision draws once for a whole batch, or works image by image; a batch at a time is what a CPU does fastest.
"""

import math
import os

import torch
import torch.nn.functional as functional

from peer import serve, settings

if hasattr(os, "sched_getaffinity"):
    torch.set_num_threads(len(os.sched_getaffinity(0)))
torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
count, (height, width, channels), CLASSES = settings()["count"], settings()["shape"], 10


def uniform(low=0.0, high=1.0, size=count):
    return torch.empty(size, device=device).uniform_(low, high)


def each(values):
    """Numbers of each image, spread over its pixels."""
    return values.view(-1, 1, 1, 1)


def images_only(change):
    return lambda x, y, _: (change(x), y)


def mirror(x, chosen):
    return torch.where(each(chosen), x.flip(3), x)


@images_only
def flip(x):
    return mirror(x, torch.rand(count, device=device) < 0.5)


def alternating_flip(x, y, epoch):
    return mirror(x, (signs + epoch) % 2 == 1), y


def warp(x, degrees, right, down, scale, shear):
    """Degrees, shares of the side, factors, degrees; one of each for each image."""
    angle, lean = torch.deg2rad(degrees), torch.tan(torch.deg2rad(shear))
    cosine, sine = torch.cos(angle) / scale, torch.sin(angle) / scale
    a, b = cosine + lean * sine, lean * cosine - sine
    right, down = 2 * right, 2 * down
    rows = [a, b, -(a * right + b * down), sine, cosine, -(sine * right + cosine * down)]
    grid = functional.affine_grid(torch.stack(rows, 1).view(-1, 2, 3), x.shape, align_corners=False)
    return functional.grid_sample(x, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


@images_only
def rotate(x):
    zero, one = torch.zeros(count, device=device), torch.ones(count, device=device)
    return warp(x, uniform(-10, 10), zero, zero, one, zero)


@images_only
def affine(x):
    move = uniform(-0.1, 0.1), uniform(-0.1, 0.1)
    return warp(x, uniform(-10, 10), *move, uniform(0.9, 1.1), uniform(-5, 5))


def shift(padding):
    @images_only
    def moved(x):
        padded = functional.pad(x, (2, 2, 2, 2), mode=padding)
        windows = padded.unfold(2, height, 1).unfold(3, width, 1)
        down, across = torch.randint(0, 5, (2, count), device=device)
        return windows[places, :, down, across]

    return moved


def inside(top, left, tall, wide):
    down, across = rows - top[:, None], columns - left[:, None]
    down = (down >= 0) & (down < tall[:, None])
    across = (across >= 0) & (across < wide[:, None])
    return (down[:, :, None] & across[:, None, :]).unsqueeze(1)


def erase(probability=0.5, area=(0.02, 0.4), aspect=(0.3, 1 / 0.3), fill="pixel"):
    @images_only
    def erased(x):
        share = uniform(*area)
        ratio = torch.exp(uniform(math.log(aspect[0]), math.log(aspect[1])))
        ratio = torch.minimum(torch.maximum(ratio, share * height / width), height / width / share)
        tall = (share * height * width * ratio).sqrt().round().clamp(max=height)
        wide = (share * height * width / ratio).sqrt().round().clamp(max=width)
        top = (uniform() * (height + 1 - tall)).floor()
        left = (uniform() * (width + 1 - wide)).floor()
        tall = tall * (uniform() < probability)
        noise = torch.rand_like(x) if fill == "pixel" else torch.rand(count, channels, 1, 1, device=device)
        return torch.where(inside(top, left, tall, wide), noise, x)

    return erased


@images_only
def cutout(x):
    top = torch.randint(0, height, (count,), device=device) - 4
    left = torch.randint(0, width, (count,), device=device) - 4
    size = torch.full((count,), 8, device=device)
    return x.masked_fill(inside(top, left, size, size), 0)


def beta(alpha):
    return torch.distributions.Beta(alpha, alpha).sample((count,)).to(device)


def mixup(x, y, _):
    share = beta(0.2)
    return torch.lerp(x.roll(-1, 0), x, each(share)), torch.lerp(y.roll(-1, 0), y, share[:, None])


def cutmix(x, y, _):
    side = (1 - beta(1.0)).sqrt() * (uniform() < 0.5)
    tall, wide = (side * height).round(), (side * width).round()
    top = torch.randint(0, height, (count,), device=device) - (tall / 2).floor()
    left = torch.randint(0, width, (count,), device=device) - (wide / 2).floor()
    patch = inside(top, left, tall, wide)
    kept = 1 - patch.float().mean((1, 2, 3))
    return torch.where(patch, x.roll(-1, 0), x), torch.lerp(y.roll(-1, 0), y, kept[:, None])


def brighten(x, factor):
    return (x * each(factor)).clamp_(0, 1)


def stretch(x, factor):
    mean = x.mean((1, 2, 3), keepdim=True)
    return torch.lerp(mean, x, each(factor)).clamp_(0, 1)


@images_only
def brightness(x):
    return brighten(x, uniform(0.8, 1.2))


@images_only
def contrast(x):
    return stretch(x, uniform(0.8, 1.2))


@images_only
def distort(x):
    cells, amount = 4, 0.3
    across = uniform(-1, 1, (count, cells - 1)) @ tents * (amount * 2 / cells) + line
    down = uniform(-1, 1, (count, cells - 1)) @ tents * (amount * 2 / cells) + line
    grid = torch.stack([across[:, None, :].expand(-1, height, -1), down[:, :, None].expand(-1, -1, width)], 3)
    return functional.grid_sample(x, grid, mode="bilinear", align_corners=True)


@images_only
def policy(x):
    strength, changes = 0.5, 8
    amount = uniform(-strength, strength)
    chosen = torch.randint(0, changes + 1, (count,), device=device)
    rotation, lean, right, down, size, light, tone, erased = (amount * (chosen == i) for i in range(changes))
    moved = (chosen < 5).nonzero().squeeze(1)
    motion = 30 * rotation, 0.2 * right, 0.2 * down, torch.exp(math.log(1.4) * size), 25 * lean
    x = x.index_copy(0, moved, warp(x[moved], *(values[moved] for values in motion)))
    x = brighten(stretch(x, 1 + 0.7 * tone), 1 + 0.7 * light)
    side = (erased.abs() * 0.3).sqrt()
    tall, wide = (side * height).round(), (side * width).round()
    top = (uniform() * (height + 1 - tall)).floor()
    left = (uniform() * (width + 1 - wide)).floor()
    return torch.where(inside(top, left, tall, wide), torch.rand(count, 1, 1, 1, device=device), x)


@images_only
def normalize(x):
    return (x - 0.2858) / 0.3529


def compose(*transforms):
    def composed(x, y, epoch):
        for transform in transforms:
            x, y = transform(x, y, epoch)
        return x, y

    return composed


transforms = {
    "nothing": compose(),
    "flip": flip,
    "alternatingFlip": alternating_flip,
    "rotate": rotate,
    "affine": affine,
    "shift, zero": shift("constant"),
    "shift, mirrored": shift("reflect"),
    "erase, random pixels": erase(),
    "erase, one grey": erase(fill="random"),
    "cutout": cutout,
    "mixup": mixup,
    "cutmix": cutmix,
    "brightness": brightness,
    "contrast": contrast,
    "distort": distort,
    "randomPolicy": policy,
    "normalize": normalize,
    "flip + shift + erase": compose(alternating_flip, shift("constant"), erase()),
    "flip + policy + erase": compose(alternating_flip, policy, erase()),
    "flip + affine + tone + erase + mixup": compose(
        alternating_flip, affine, brightness, contrast, erase(), mixup
    ),
}

places = torch.arange(count, device=device)
rows, columns = torch.arange(height, device=device), torch.arange(width, device=device)
signs = torch.randint(0, 2, (count,), device=device)
line = torch.linspace(-1, 1, width, device=device)
corners = torch.linspace(-1, 1, 5, device=device)[1:-1]
tents = (1 - (line - corners[:, None]).abs() * 2).clamp(min=0)

x0 = torch.rand(count, channels, height, width, device=device)
y0 = torch.ones(count, CLASSES, device=device)


def make_step(transform, _):
    epoch = 0

    @torch.inference_mode()
    def step():
        nonlocal epoch
        epoch += 1
        x, y = transforms[transform](x0, y0, epoch)
        return (x.sum() + y.sum()).item()

    return step


serve(make_step, lambda: {"versions": {"PyTorch": torch.__version__}, "device": device, "parameters": 0})
