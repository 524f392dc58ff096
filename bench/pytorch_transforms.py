"""The transforms of lib/augmentation.ts as PyTorch's users would write them: batched, each image with draws of its own.

torchvision draws once for a whole batch, or works image by image; a batch at a time is what a CPU does fastest.
Each takes images [n, channels, height, width], their labels [n, classes], and a number for each that is 0 or 1 in
turn from epoch to epoch; it returns images and labels.
"""

import math

import torch
import torch.nn.functional as functional


def uniform(like, low=0.0, high=1.0, size=None):
    return torch.empty(size or like.shape[0], device=like.device).uniform_(low, high)


def each(values):
    """Numbers of each image, spread over its pixels."""
    return values.view(-1, 1, 1, 1)


def images_only(change):
    return lambda x, y, _: (change(x), y)


def mirror(x, chosen):
    return torch.where(each(chosen), x.flip(3), x)


@images_only
def flip(x):
    return mirror(x, uniform(x) < 0.5)


def alternating_flip(x, y, turn):
    return mirror(x, turn == 1), y


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
    zero, one = torch.zeros(len(x), device=x.device), torch.ones(len(x), device=x.device)
    return warp(x, uniform(x, -10, 10), zero, zero, one, zero)


@images_only
def affine(x):
    move = uniform(x, -0.1, 0.1), uniform(x, -0.1, 0.1)
    return warp(x, uniform(x, -10, 10), *move, uniform(x, 0.9, 1.1), uniform(x, -5, 5))


def shift(pixels=2, padding="constant"):
    @images_only
    def moved(x):
        padded = functional.pad(x, (pixels,) * 4, mode=padding)
        windows = padded.unfold(2, x.shape[2], 1).unfold(3, x.shape[3], 1)
        down, across = torch.randint(0, 2 * pixels + 1, (2, len(x)), device=x.device)
        return windows[torch.arange(len(x), device=x.device), :, down, across]

    return moved


def inside(x, top, left, tall, wide):
    down = torch.arange(x.shape[2], device=x.device) - top[:, None]
    across = torch.arange(x.shape[3], device=x.device) - left[:, None]
    down = (down >= 0) & (down < tall[:, None])
    across = (across >= 0) & (across < wide[:, None])
    return (down[:, :, None] & across[:, None, :]).unsqueeze(1)


def erase(probability=0.5, area=(0.02, 0.4), aspect=(0.3, 1 / 0.3), fill="pixel"):
    @images_only
    def erased(x):
        _, channels, height, width = x.shape
        share = uniform(x, *area)
        ratio = torch.exp(uniform(x, math.log(aspect[0]), math.log(aspect[1])))
        ratio = torch.minimum(torch.maximum(ratio, share * height / width), height / width / share)
        tall = (share * height * width * ratio).sqrt().round().clamp(max=height)
        wide = (share * height * width / ratio).sqrt().round().clamp(max=width)
        top = (uniform(x) * (height + 1 - tall)).floor()
        left = (uniform(x) * (width + 1 - wide)).floor()
        tall = tall * (uniform(x) < probability)
        if fill == "mean":
            paint = x.mean((2, 3), keepdim=True)
        else:
            paint = torch.rand_like(x if fill == "pixel" else x[:, :, :1, :1])
        return torch.where(inside(x, top, left, tall, wide), paint, x)

    return erased


@images_only
def cutout(x):
    count, _, height, width = x.shape
    top = torch.randint(0, height, (count,), device=x.device) - 4
    left = torch.randint(0, width, (count,), device=x.device) - 4
    size = torch.full((count,), 8, device=x.device)
    return x.masked_fill(inside(x, top, left, size, size), 0)


def beta(like, alpha):
    return torch.distributions.Beta(alpha, alpha).sample((len(like),)).to(like.device)


def mixup(x, y, _):
    share = beta(x, 0.2)
    return torch.lerp(x.roll(-1, 0), x, each(share)), torch.lerp(y.roll(-1, 0), y, share[:, None])


def cutmix(probability=0.5):
    def mixed(x, y, _):
        count, _, height, width = x.shape
        side = (1 - beta(x, 1.0)).sqrt() * (uniform(x) < probability)
        tall, wide = (side * height).round(), (side * width).round()
        top = torch.randint(0, height, (count,), device=x.device) - (tall / 2).floor()
        left = torch.randint(0, width, (count,), device=x.device) - (wide / 2).floor()
        patch = inside(x, top, left, tall, wide)
        kept = 1 - patch.float().mean((1, 2, 3))
        return torch.where(patch, x.roll(-1, 0), x), torch.lerp(y.roll(-1, 0), y, kept[:, None])

    return mixed


def brighten(x, factor):
    return (x * each(factor)).clamp_(0, 1)


def stretch(x, factor):
    mean = x.mean((1, 2, 3), keepdim=True)
    return torch.lerp(mean, x, each(factor)).clamp_(0, 1)


@images_only
def brightness(x):
    return brighten(x, uniform(x, 0.8, 1.2))


@images_only
def contrast(x):
    return stretch(x, uniform(x, 0.8, 1.2))


@images_only
def distort(x):
    count, _, height, width = x.shape
    cells, amount = 4, 0.3
    line = torch.linspace(-1, 1, width, device=x.device)
    corners = torch.linspace(-1, 1, cells + 1, device=x.device)[1:-1]
    tents = (1 - (line - corners[:, None]).abs() * 2).clamp(min=0)
    across = uniform(x, -1, 1, (count, cells - 1)) @ tents * (amount * 2 / cells) + line
    down = uniform(x, -1, 1, (count, cells - 1)) @ tents * (amount * 2 / cells) + line
    grid = torch.stack([across[:, None, :].expand(-1, height, -1), down[:, :, None].expand(-1, -1, width)], 3)
    return functional.grid_sample(x, grid, mode="bilinear", align_corners=True)


def policy(strength=0.5):
    return images_only(lambda x: change_one_way(x, strength))


def change_one_way(x, strength):
    count, _, height, width = x.shape
    changes = 8
    amount = uniform(x, -strength, strength)
    chosen = torch.randint(0, changes + 1, (count,), device=x.device)
    rotation, lean, right, down, size, light, tone, erased = (amount * (chosen == i) for i in range(changes))
    moved = (chosen < 5).nonzero().squeeze(1)
    motion = 30 * rotation, 0.2 * right, 0.2 * down, torch.exp(math.log(1.4) * size), 25 * lean
    x = x.index_copy(0, moved, warp(x[moved], *(values[moved] for values in motion)))
    x = brighten(stretch(x, 1 + 0.7 * tone), 1 + 0.7 * light)
    side = (erased.abs() * 0.3).sqrt()
    tall, wide = (side * height).round(), (side * width).round()
    top = (uniform(x) * (height + 1 - tall)).floor()
    left = (uniform(x) * (width + 1 - wide)).floor()
    return torch.where(inside(x, top, left, tall, wide), torch.rand(count, 1, 1, 1, device=x.device), x)


@images_only
def normalize(x):
    return (x - 0.2858) / 0.3529


def compose(*transforms):
    def composed(x, y, turn):
        for transform in transforms:
            x, y = transform(x, y, turn)
        return x, y

    return composed
